"""`/p/<slug>` at the wire: our page around, documents as text, nothing kept, nothing leaked."""

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.webapp.config.test_asgi import ARTIFACT_PORT, Answer, ask
from webapp.artifacts.frame_app import FrameApp, FrameSettings
from webapp.publications.published_files import PublishedFacts, PublishedFiles
from webapp.publications.site import PublishedSite

SLUG = "a" * 31 + "_"
HOST = "127.0.0.1:8001"
SCRIPT = "boot(1)"
TEMPLATE = (
    "<!doctype html><title></title><style>p{}</style><body>"
    '<script type="application/json" id="publication"></script>'
    f"<script>{SCRIPT}</script>"
)
HOSTILE = "</script><script>alert(1)</script><title>&"


@pytest.fixture
def files(tmp_path: Path) -> PublishedFiles:
    files = PublishedFiles(tmp_path / "published")
    facts = PublishedFacts(
        title=HOSTILE, kind="html", pages=(HOSTILE,), is_listed=False, remix="http://app/remix"
    )
    files.write(SLUG, facts, ["<script>alert(1)</script>"])
    return files


@pytest.fixture
def app(files: PublishedFiles, tmp_path: Path) -> Any:
    template = tmp_path / "published.html"
    template.write_text(TEMPLATE)
    settings = FrameSettings(
        document=tmp_path / "frame.html",
        app_port=8000,
        artifact_origin=None,
        app_hosts=("127.0.0.1", "localhost"),
    )
    return FrameApp(settings, folders={"p": PublishedSite(settings, files, template)})


async def get(app: Any, path: str, **headers: str) -> Answer:
    return await ask(app, path, host=HOST, port=ARTIFACT_PORT, **headers)


async def test_the_page_around_runs_our_script_and_frames_the_shell_only(app: Any) -> None:
    answer = await get(app, f"/p/{SLUG}", cookie="a=b")
    policy = answer.headers["content-security-policy"].split("; ")
    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert answer.status == 200
    assert policy[0] == "default-src 'none'"
    assert f"script-src 'sha256-{digest}'" in policy
    assert f"connect-src http://{HOST}/p/{SLUG}/" in policy
    assert f"frame-src http://{HOST}/frame" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in answer.headers


async def test_a_title_cannot_break_out_of_the_page(app: Any) -> None:
    body = (await get(app, f"/p/{SLUG}")).body.decode()
    assert "alert(1)</script>" not in body
    data = re.search(r'id="publication">(.*?)</script>', body)
    assert data is not None
    assert json.loads(data[1])["title"] == HOSTILE
    assert "<title>&lt;/script&gt;" in body


async def test_a_document_is_sent_as_text_that_can_do_nothing(app: Any) -> None:
    answer = await get(app, f"/p/{SLUG}/1")
    assert answer.body == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/p",
        "/p/",
        f"/p/{SLUG[:-1]}",
        f"/p/{SLUG}/",
        f"/p/{SLUG}/0",
        f"/p/{SLUG}/2",
        f"/p/{SLUG}/1.txt",
        f"/p/{SLUG}/publication.json",
        f"/p/{SLUG}/../{SLUG}/1",
        f"/p/{'b' * 32}",
        f"/p/.{SLUG[:31]}",
    ],
)
async def test_what_is_not_published_does_not_exist(app: Any, path: str) -> None:
    answer = await get(app, path)
    assert answer.status == 404
    assert b"script" not in answer.body


async def test_a_removed_publication_is_gone_at_once(app: Any, files: PublishedFiles) -> None:
    files.remove(SLUG)
    assert (await get(app, f"/p/{SLUG}")).status == 404
    assert (await get(app, f"/p/{SLUG}/1")).status == 404
    files.remove(SLUG)


async def test_a_publication_is_read_only_and_a_missing_build_is_told(
    app: Any, tmp_path: Path
) -> None:
    post = await ask(app, f"/p/{SLUG}", host=HOST, port=ARTIFACT_PORT, method="POST")
    assert post.status == 404
    (tmp_path / "published.html").unlink()
    missing = await get(app, f"/p/{SLUG}")
    assert missing.status == 503
    assert b"make setup" in missing.body

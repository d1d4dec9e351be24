import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.webapp.config.test_asgi import ARTIFACT_PORT, Answer, ask
from webapp.artifacts.frame_app import FrameApp, FrameSettings
from webapp.artifacts.library_app import LibraryApp
from webapp.shelf.catalog import read_catalog
from webapp.shelf.files import Shelf

HOST = "127.0.0.1:8001"
D3 = f"/lib/{read_catalog().find_folder('d3')}/d3.js"
SCRIPT = b"var d3 = {};"


@pytest.fixture
def app(tmp_path: Path) -> Any:
    folder = tmp_path / D3.split("/")[2]
    folder.mkdir()
    (folder / "d3.js").write_bytes(SCRIPT)
    (folder / "d3.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "font.woff2").write_bytes(b"font")
    (folder / "page.html").write_bytes(b"<script>alert(1)</script>")
    settings = FrameSettings(
        document=tmp_path / "frame.html",
        app_port=8000,
        artifact_origin=None,
        app_hosts=("127.0.0.1", "localhost"),
    )
    return FrameApp(settings, folders={"lib": LibraryApp(Shelf(tmp_path, read_catalog()))})


async def get(app: Any, path: str, host: str = HOST, **headers: str) -> Answer:
    return await ask(app, path, host=host, port=ARTIFACT_PORT, **headers)


async def test_a_library_is_kept_for_ever_and_readable_from_an_opaque_origin(app: Any) -> None:
    answer = await get(app, D3, cookie="a=b")
    assert (answer.status, answer.body) == (200, SCRIPT)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


async def test_a_file_is_sent_compressed_to_who_takes_it(app: Any) -> None:
    answer = await get(app, D3, accept_encoding="gzip, br;q=0")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == SCRIPT
    assert answer.headers["vary"] == "accept-encoding"
    plain = await get(app, D3, accept_encoding="gzip;q=0")
    assert "content-encoding" not in plain.headers


async def test_another_version_is_served_but_not_for_ever(app: Any) -> None:
    answer = await get(app, "/lib/d3@5.0.0/d3.js")
    assert (answer.status, answer.body) == (200, SCRIPT)
    assert answer.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "path", ["/lib", "/lib/", "/lib/nothing/x.js", D3 + ".gz", D3[:-5] + "page.html", "/lib/../x"]
)
async def test_what_is_no_library_does_not_exist(app: Any, path: str) -> None:
    assert (await get(app, path)).status == 404


async def test_the_shelf_takes_reads_only_and_knows_its_hosts(app: Any) -> None:
    assert (await ask(app, D3, host=HOST, port=ARTIFACT_PORT, method="POST")).status == 404
    head = await ask(app, D3, host=HOST, port=ARTIFACT_PORT, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(SCRIPT))
    assert (await get(app, D3, host="evil.example")).status == 404


async def test_a_shelf_that_is_not_built_is_told(tmp_path: Path) -> None:
    settings = FrameSettings(
        document=tmp_path, app_port=8000, artifact_origin=None, app_hosts=("127.0.0.1",)
    )
    shelf = Shelf(tmp_path / "none", read_catalog())
    answer = await get(FrameApp(settings, folders={"lib": LibraryApp(shelf)}), D3)
    assert answer.status == 503
    assert b"make setup" in answer.body

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from webapp.pages.bundle import Bundle, NotBuilt, read_bundle

MANIFEST = {
    "src/main.ts": {
        "file": "assets/main-1.js",
        "isEntry": True,
        "css": ["assets/main-2.css"],
        "imports": ["_panel.js", "_shared.js"],
        "dynamicImports": ["src/lazy.ts"],
    },
    "_panel.js": {
        "file": "assets/panel-6.js",
        "css": ["assets/panel-7.css"],
        "imports": ["_shared.js", "src/main.ts"],
    },
    "_shared.js": {"file": "assets/shared-3.js", "css": ["assets/shared-4.css"]},
    "src/lazy.ts": {"file": "assets/lazy-5.js", "imports": ["_shared.js"]},
}


@pytest.fixture
def dist(tmp_path: Path, settings: Any) -> Path:
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST))
    settings.FRONTEND_DIST = tmp_path
    return tmp_path


def directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: values for name, _, values in parts}


def test_styles_of_a_bundle_come_in_the_order_of_their_imports(dist: Path) -> None:
    assert read_bundle(dist) == Bundle(
        script="/static/assets/main-1.js",
        styles=(
            "/static/assets/shared-4.css",
            "/static/assets/panel-7.css",
            "/static/assets/main-2.css",
        ),
        preloads=("/static/assets/shared-3.js", "/static/assets/panel-6.js"),
    )


def test_a_manifest_that_lacks_an_import_is_no_build(dist: Path) -> None:
    broken = {name: chunk for name, chunk in MANIFEST.items() if name != "_shared.js"}
    (dist / ".vite" / "manifest.json").write_text(json.dumps(broken))
    with pytest.raises(NotBuilt):
        read_bundle(dist)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"src/main.ts": {"css": 1}}'])
def test_a_manifest_that_cannot_be_used_is_no_build(dist: Path, text: str) -> None:
    (dist / ".vite" / "manifest.json").write_text(text)
    with pytest.raises(NotBuilt):
        read_bundle(dist)


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_the_page_may_frame_only_the_artifact_port_of_its_own_host(host: str) -> None:
    response = Client().get("/", headers={"host": host})
    assert response.status_code == 200
    policy = directives(response["Content-Security-Policy"])
    name = host.rpartition(":")[0]
    assert policy["frame-src"] == f"http://{name}:8001"


@pytest.mark.usefixtures("dist")
def test_the_page_has_the_strict_policy_and_one_fresh_nonce_everywhere() -> None:
    first = Client().get("/", headers={"host": "127.0.0.1"})
    second = Client().get("/", headers={"host": "127.0.0.1"})
    policy = directives(first["Content-Security-Policy"])
    nonces = set(re.findall(r'nonce="([^"]+)"', first.content.decode()))
    assert len(nonces) == 1
    nonce = nonces.pop()
    assert nonce not in second.content.decode()
    assert set(policy.pop("script-src").split()) == {
        "'self'",
        f"'nonce-{nonce}'",
        "'strict-dynamic'",
    }
    assert set(policy.pop("style-src").split()) == {"'self'", f"'nonce-{nonce}'"}
    assert policy == {
        "default-src": "'none'",
        "img-src": "'self' blob: data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "http://127.0.0.1:8001",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "ours dompurify svelte-trusted-html",
    }
    assert first["X-Frame-Options"] == "DENY"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["Referrer-Policy"] == "same-origin"
    assert first["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.usefixtures("dist")
def test_every_script_and_style_of_the_page_carries_the_nonce_and_none_is_inline() -> None:
    page = Client().get("/c/2f1f3a0e-6d6b-4f8e-9a55-8f6d6a3f6a11").content.decode()
    tags = re.findall(r"<(?:script|link)\b[^>]*>", page)
    assert len(tags) == 6
    assert all("nonce=" in tag for tag in tags)
    assert "<style" not in page
    assert re.search(r"<script[^>]*></script>", page)
    assert '<html lang="en">' in page
    assert "<noscript>" in page


def test_a_page_that_is_not_built_says_what_to_run(settings: Any, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path
    response = Client().get("/")
    assert response.status_code == 503
    assert response.content == b"The page is not built yet; run: make setup\n"


def test_an_artifact_origin_that_the_operator_names_is_the_one_that_may_be_framed(
    dist: Path, settings: Any
) -> None:
    settings.ATELIER_ARTIFACT_ORIGIN = "https://artifacts.example"
    policy = directives(Client().get("/")["Content-Security-Policy"])
    assert policy["frame-src"] == "https://artifacts.example"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/"])
def test_what_a_program_asks_for_in_vain_is_json(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize(
    "path",
    ["/present/2f1f3a0e-6d6b-4f8e-9a55-8f6d6a3f6a11/3", "/remix/fxwH0-b_2Q", "/gallery"],
)
def test_the_presenter_remix_and_gallery_addresses_are_the_same_page(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert b"/static/assets/main-1.js" in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/frame",
        "/c/1",
        "/nothing",
        "/c/../etc",
        "/static/frame.html",
        "/present/1/1",
        "/remix/a/b",
    ],
)
def test_there_is_nothing_at_other_addresses(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_host_that_is_not_ours_is_refused(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert Client().get("/healthz", headers={"host": "evil.example"}).status_code == 400

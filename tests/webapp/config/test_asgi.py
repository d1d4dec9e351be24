from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from asgiref import testing

from webapp.artifacts.frame_app import FrameApp, FrameSettings
from webapp.config.origins import OriginRouter
from webapp.config.static_files import serve_assets

ApplicationCommunicator: Any = testing.ApplicationCommunicator
APP_PORT, ARTIFACT_PORT = 8000, 8001
SHELL = b"<!doctype html><title>frame</title>"


class Answer:
    def __init__(self, start: Mapping[str, Any], body: bytes) -> None:
        self.status: int = start["status"]
        self.headers = {key.decode(): value.decode() for key, value in start["headers"]}
        self.body = body


async def ask(
    app: Any, path: str, *, host: str, port: int, method: str = "GET", **headers: str
) -> Answer:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [
            (b"host", host.encode()),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
        "server": ["127.0.0.1", port],
        "client": ["127.0.0.1", 50000],
    }
    communicator = ApplicationCommunicator(app, scope)
    await communicator.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await communicator.receive_output(5)
    body, more = b"", True
    while more:
        message = await communicator.receive_output(5)
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await communicator.wait(5)
    return Answer(start, body)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-abc123.js").write_text("export {};")
    (tmp_path / "frame.html").write_bytes(SHELL)
    return tmp_path


def make_app(dist: Path, artifact_origin: str | None = None, hosts: tuple[str, ...] = ()) -> Any:
    from django.core.asgi import get_asgi_application

    frame_settings = FrameSettings(
        document=dist / "frame.html",
        app_port=APP_PORT,
        artifact_origin=artifact_origin,
        app_hosts=("127.0.0.1", "localhost", "[::1]", *hosts),
    )
    return OriginRouter(
        serve_assets(get_asgi_application(), dist),
        FrameApp(frame_settings),
        artifact_port=ARTIFACT_PORT,
        artifact_origin=artifact_origin,
    )


async def test_the_frame_has_its_whole_policy_and_no_cookie(dist: Path) -> None:
    cookie = "atelier_guest=x; sessionid=y"
    answer = await ask(
        make_app(dist), "/frame", host="127.0.0.1:8001", port=ARTIFACT_PORT, cookie=cookie
    )
    assert answer.status == 200
    assert answer.body == SHELL
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy == [
        "sandbox allow-scripts allow-pointer-lock allow-forms",
        "default-src 'none'",
        "script-src 'unsafe-inline' 'unsafe-eval' blob: http://127.0.0.1:8001/lib/",
        "style-src 'unsafe-inline' http://127.0.0.1:8001/lib/",
        "img-src data: blob:",
        "font-src data: http://127.0.0.1:8001/lib/",
        "media-src data: blob:",
        "worker-src blob:",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors http://127.0.0.1:8000 http://localhost:8000 http://127.0.0.1:8001",
    ]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert answer.headers["cross-origin-resource-policy"] == "same-site"
    assert answer.headers["connection-allowlist"] == "(response-origin)"
    for name in ("camera", "microphone", "geolocation", "clipboard-read", "usb", "payment"):
        assert f"{name}=()" in answer.headers["permissions-policy"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "*", "", "/lib/three.js", "/p/x", "/api/session", "/frame/", "/static/x"]
)
async def test_the_artifact_origin_has_nothing_but_the_frame(dist: Path, path: str) -> None:
    answer = await ask(make_app(dist), path, host="127.0.0.1:8001", port=ARTIFACT_PORT)
    assert answer.status == 404
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example:8001", "127.0.0.1:8001;", "a b", "a:800100"])
async def test_the_frame_is_refused_to_hosts_that_are_not_ours(dist: Path, host: str) -> None:
    answer = await ask(make_app(dist), "/frame", host=host, port=ARTIFACT_PORT)
    assert answer.status == 404
    assert "evil" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/frame", "/static/frame.html", "/static/../frame.html"])
async def test_the_app_origin_has_no_frame(dist: Path, path: str) -> None:
    answer = await ask(make_app(dist), path, host="127.0.0.1:8000", port=APP_PORT)
    assert answer.status == 404
    assert SHELL not in answer.body


async def test_behind_one_port_the_host_name_decides(dist: Path) -> None:
    app = make_app(dist, artifact_origin="https://artifacts.example", hosts=("chat.example",))
    frame = await ask(app, "/frame", host="artifacts.example", port=APP_PORT)
    assert frame.status == 200
    policy = frame.headers["content-security-policy"]
    assert "https://chat.example:*" in policy
    assert "font-src data: https://artifacts.example/lib/;" in policy
    assert (await ask(app, "/frame", host="127.0.0.1:8000", port=APP_PORT)).status == 404


async def test_behind_a_proxy_on_this_machine_the_page_may_have_any_port(dist: Path) -> None:
    app = make_app(dist, artifact_origin="https://localhost:8443", hosts=("localhost",))
    frame = await ask(app, "/frame", host="localhost:8443", port=ARTIFACT_PORT)
    assert "https://localhost:*" in frame.headers["content-security-policy"]
    elsewhere = make_app(dist, artifact_origin="https://artifacts.example", hosts=("localhost",))
    frame = await ask(elsewhere, "/frame", host="artifacts.example", port=ARTIFACT_PORT)
    assert "https://localhost" not in frame.headers["content-security-policy"]


async def test_an_unchanged_frame_is_not_sent_again(dist: Path) -> None:
    app = make_app(dist)
    first = await ask(app, "/frame", host="localhost:8001", port=ARTIFACT_PORT)
    again = await ask(
        app,
        "/frame",
        host="localhost:8001",
        port=ARTIFACT_PORT,
        if_none_match=first.headers["etag"],
    )
    assert (again.status, again.body) == (304, b"")


async def test_a_missing_build_is_told_in_a_sentence(tmp_path: Path) -> None:
    answer = await ask(make_app(tmp_path), "/frame", host="127.0.0.1:8001", port=ARTIFACT_PORT)
    assert answer.status == 503
    assert b"make setup" in answer.body


async def test_a_websocket_to_the_artifact_origin_is_refused(dist: Path) -> None:
    scope = {
        "type": "websocket",
        "path": "/ws",
        "headers": [(b"host", b"127.0.0.1:8001")],
        "server": ["127.0.0.1", ARTIFACT_PORT],
    }
    communicator = ApplicationCommunicator(make_app(dist), scope)
    await communicator.send_input({"type": "websocket.connect"})
    assert (await communicator.receive_output(5))["type"] == "websocket.close"


async def test_hashed_assets_are_kept_for_ever(dist: Path) -> None:
    answer = await ask(
        make_app(dist), "/static/assets/main-abc123.js", host="127.0.0.1:8000", port=APP_PORT
    )
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "javascript" in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["admin/css/base.css", "administration/admin.css"])
async def test_files_of_the_administration_are_asked_for_again(dist: Path, path: str) -> None:
    answer = await ask(make_app(dist), f"/static/{path}", host="127.0.0.1:8000", port=APP_PORT)
    assert (answer.status, answer.headers["content-type"]) == (200, 'text/css; charset="utf-8"')
    assert "immutable" not in answer.headers["cache-control"]
    elsewhere = await ask(
        make_app(dist), f"/static/{path}", host="127.0.0.1:8001", port=ARTIFACT_PORT
    )
    assert elsewhere.status == 404

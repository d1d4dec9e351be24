from typing import Any

import pytest

from webapp.realtime.origin_check import is_own_origin


@pytest.fixture(autouse=True)
def allowed_hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "chat.example"]


def handshake(host: str, *origins: str) -> dict[str, object]:
    headers = [(b"host", host.encode()), *((b"origin", origin.encode()) for origin in origins)]
    return {"type": "websocket", "path": "/ws", "headers": headers}


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("chat.example", "https://chat.example"),
        ("chat.example", "http://CHAT.example"),
        ("chat.example:443", "https://chat.example"),
    ],
)
def test_a_page_of_this_server_is_its_own_origin(host: str, origin: str) -> None:
    assert is_own_origin(handshake(host, origin))


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8001"),
        ("127.0.0.1:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "https://evil.example"),
        ("127.0.0.1:8000", "null"),
        ("127.0.0.1:8000", ""),
        ("127.0.0.1:8000", "http://127.0.0.1.evil.example:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000@evil.example"),
        ("127.0.0.1:8000", "file://127.0.0.1:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:99999"),
        ("127.0.0.1:8000", "http://[::1"),
        ("evil.example", "http://evil.example"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_any_other_origin_is_foreign(host: str, origin: str) -> None:
    assert not is_own_origin(handshake(host, origin))


def test_a_missing_and_a_doubled_origin_are_foreign() -> None:
    own = "http://127.0.0.1:8000"
    assert not is_own_origin(handshake("127.0.0.1:8000"))
    assert not is_own_origin(handshake("127.0.0.1:8000", own, own))

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
import websockets

from engine.protocol.log_lines import FIRST_KEYS
from tests.stack.installation import Installation, wait_until
from tests.stack.visitor import TERMINAL, Visitor
from webapp.realtime.commands import MAX_FRAME_BYTES

pytestmark = pytest.mark.stack
LINE_SECONDS = 30.0


@pytest.fixture
def alice(running: Installation) -> Iterator[Visitor]:
    visitor = Visitor(running)
    yield visitor
    visitor.http.close()


def read_lines(text: str) -> list[dict[str, Any]]:
    """The whole lines of a log; the last one may be on its way."""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def read_events(running: Installation, turn: str) -> list[str]:
    """What the turns worker has told of a turn, in order."""
    lines = read_lines((running.home / "log" / "turns.log").read_text("utf-8"))
    return [line["event"] for line in lines if line.get("turn") == turn]


async def test_a_turn_is_answered_and_read_again_from_any_point_with_every_id_once(
    alice: Visitor,
) -> None:
    async with asyncio.timeout(120), alice.socket() as socket:
        accepted = await socket.start_turn("Make a game", thinking=False)
        events = await socket.read_turn(accepted["turn"])
        ids = [event["id"] for event in events]
        assert len(set(ids)) == len(ids)
        assert events[0]["type"] == "turn.started"
        assert [event["type"] for event in events if event["type"] in TERMINAL] == [
            events[-1]["type"]
        ]
        async with alice.socket() as second_tab:
            assert await second_tab.read_turn(accepted["turn"]) == events
            middle = len(events) // 2
            rest = await second_tab.read_turn(accepted["turn"], after=ids[middle])
            assert rest == events[middle + 1 :]
        stored = alice.http.get(f"/api/conversations/{accepted['conversation']}").json()
    answer = stored["messages"][-1]
    assert answer["turn"]["state"] in ("finished", "failed")
    shown = "".join(event["text"] for event in events if event["type"] == "text.delta")
    kept = "".join(part["text"] for part in answer["parts"] if part["kind"] == "text")
    assert kept == shown


async def test_stop_ends_a_turn_and_keeps_what_was_shown(alice: Visitor) -> None:
    async with asyncio.timeout(120), alice.socket() as socket:
        accepted = await socket.start_turn("Draw a picture")
        begun = await socket.read_turn(accepted["turn"], count=2)
        await socket.send(type="turn.stop", turn=accepted["turn"])
        events = await socket.read_turn(accepted["turn"], after=begun[-1]["id"])
        assert events[-1]["type"] in ("turn.stopped", "turn.failed", "turn.finished")


async def test_another_persons_turn_does_not_exist(running: Installation, alice: Visitor) -> None:
    mallory = Visitor(running)
    async with asyncio.timeout(60), alice.socket() as hers, mallory.socket() as his:
        accepted = await hers.start_turn("Hello")
        await his.send(type="subscribe", turn=accepted["turn"], after=None)
        assert (await his.read())["code"] == "not_found"
        await hers.send(type="turn.stop", turn=accepted["turn"])
    assert mallory.http.get(f"/api/conversations/{accepted['conversation']}").status_code == 404
    mallory.http.close()


async def test_a_foreign_page_gets_one_error_and_is_closed(alice: Visitor) -> None:
    async with asyncio.timeout(20), alice.socket(origin="http://evil.example") as socket:
        assert (await socket.read())["code"] == "forbidden_origin"
        with pytest.raises(websockets.ConnectionClosed):
            await socket.read()
        assert socket.connection.close_code == 4403


async def test_a_frame_over_the_limit_is_refused_and_a_huge_one_closes_the_socket(
    alice: Visitor,
) -> None:
    async with asyncio.timeout(20), alice.socket() as socket:
        await socket.connection.send("x" * (MAX_FRAME_BYTES + 1))
        assert (await socket.read())["code"] == "frame_too_large"
        await socket.send(type="ping")
        assert (await socket.read_until("pong"))[-1] == {"type": "pong"}
        await socket.connection.send("x" * (1024 * 1024))
        with pytest.raises(websockets.ConnectionClosed):
            await socket.read()
    async with asyncio.timeout(20), alice.socket() as again:
        await again.send(type="ping")
        assert (await again.read_until("pong"))[-1] == {"type": "pong"}


async def test_the_artifact_port_knows_the_frame_and_nothing_else(
    running: Installation, alice: Visitor
) -> None:
    artifact = f"http://127.0.0.1:{running.artifact_port}"
    assert alice.session["artifact_origin"] == artifact
    headers = {"Cookie": alice.cookie}
    for path in ("/", "/api/session", "/readyz", "/ws", "/lib/x.js"):
        answer = alice.http.get(artifact + path, headers=headers)
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(artifact.replace("http", "ws") + "/ws", origin=running.url)  # type: ignore[arg-type]


def test_the_app_works_by_both_of_its_local_names(running: Installation, alice: Visitor) -> None:
    by_name = running.url.replace("127.0.0.1", "localhost")
    answer = alice.http.get(f"{by_name}/api/session")
    assert answer.json()["artifact_origin"] == f"http://localhost:{running.artifact_port}"
    assert alice.http.get("/frame").status_code == 404


def test_no_log_holds_what_people_write_and_every_line_has_the_one_shape(
    running: Installation, alice: Visitor
) -> None:
    secret = "a-word-that-nobody-else-writes"

    async def say_it() -> str:
        async with asyncio.timeout(120), alice.socket() as socket:
            accepted = await socket.start_turn(secret)
            await socket.read_turn(accepted["turn"])
            return str(accepted["turn"])

    turn = asyncio.run(say_it())
    # The supervisor carries the lines into the files, so they come a moment after the event.
    assert wait_until(lambda: read_events(running, turn), LINE_SECONDS)
    logs = {log.stem: log.read_text("utf-8") for log in (running.home / "log").iterdir()}
    assert not [name for name, text in logs.items() if secret in text]
    told = {name: read_lines(text) for name, text in logs.items() if name != "redis"}
    for name, lines in told.items():
        assert all(tuple(line)[: len(FIRST_KEYS)] == FIRST_KEYS for line in lines), name
        assert {line["process"].partition("@")[0] for line in lines if "@" in line["process"]} <= {
            name
        }
    assert read_events(running, turn)[0] == "turn_begun"

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from engine.protocol import (
    EngineEvent,
    ErrorCode,
    EventBatch,
    Failed,
    PrefillProgress,
    TextDelta,
    ThinkingDelta,
    ToolCallFinished,
)
from engine.protocol.codec import decode_batch, encode_batch
from engine.protocol.names import STREAM_TTL_SECONDS, engine_alive_key, engine_stream
from engine.worker.active_requests import ActiveRequest, ActiveRequests
from engine.worker.event_writer import EAGER_FLUSHES, FLUSH_SECONDS, EventWriter
from engine.worker.redis_access import passes_by_itself
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for

END = Failed(code=ErrorCode.ENGINE_LOST, message="gone")


class Desk:
    """A writer with its surroundings; `aborted` are the requests it wants ended."""

    def __init__(self, server: RedisServer) -> None:
        self.aborted: list[str] = []
        self.active_requests = ActiveRequests()
        self.writer = EventWriter(server.client(), self.active_requests, self.aborted.append)

    def open(self, request_id: str, attempt: int = 1) -> Callable[..., None]:
        active = self.hold(request_id, attempt)
        sink = self.writer.open(active)

        def say(*events: EngineEvent, tokens: tuple[int, ...] = ()) -> None:
            sink(EventBatch(events=events, token_ids=tokens))

        return say

    def hold(self, request_id: str, attempt: int = 1) -> ActiveRequest:
        active = self.active_requests.add(request_id, attempt)
        assert active is not None
        return active

    def wait_until_written(self) -> None:
        assert self.active_requests.wait_for_none(30)


@pytest.fixture
def desk(shared_server: RedisServer, redis: Redis) -> Iterator[Desk]:
    desk = Desk(shared_server)
    desk.writer.start()
    yield desk
    desk.writer.stop(5)


def read_stream(redis: Any, request_id: str) -> list[tuple[str, EventBatch]]:
    entries = redis.xrange(engine_stream(request_id))
    return [(id_, decode_batch(fields["batch"])) for id_, fields in entries]


def told(redis: Any, request_id: str) -> tuple[list[EngineEvent], list[int]]:
    batches = [batch for _, batch in read_stream(redis, request_id)]
    events = [event for batch in batches for event in batch.events]
    return events, [token for batch in batches for token in batch.token_ids]


def text_of(events: list[EngineEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_entries_count_from_one_within_the_attempt(redis: Redis, desk: Desk) -> None:
    say = desk.open("r", attempt=3)
    say(PrefillProgress(done_tokens=1, total_tokens=2))
    wait_for(lambda: redis.exists(engine_stream("r")), "the first entry")
    say(TextDelta(text="a"), tokens=(7,))
    say(END)
    desk.wait_until_written()
    ids = [id_ for id_, _ in read_stream(redis, "r")]
    assert ids == [f"3-{seq}" for seq in range(1, len(ids) + 1)]
    assert told(redis, "r") == (
        [PrefillProgress(done_tokens=1, total_tokens=2), TextDelta(text="a"), END],
        [7],
    )


def test_steps_that_come_together_are_one_entry_with_joined_deltas(
    shared_server: RedisServer, redis: Redis
) -> None:
    desk = Desk(shared_server)
    say = desk.open("r")
    for token in range(100):
        say(ThinkingDelta(text="x") if token < 50 else TextDelta(text="y"), tokens=(token,))
    say(END)
    desk.writer.start()
    desk.wait_until_written()
    desk.writer.stop(5)
    ((_, batch),) = read_stream(redis, "r")
    assert batch.events == (ThinkingDelta(text="x" * 50), TextDelta(text="y" * 50), END)
    assert batch.token_ids == tuple(range(100))


def test_the_end_gives_the_stream_a_time_to_live_and_takes_the_alive_key(
    redis: Any, desk: Desk
) -> None:
    redis.set(engine_alive_key("r"), "w")
    desk.open("r")(END)
    desk.wait_until_written()
    assert 0 < redis.ttl(engine_stream("r")) <= STREAM_TTL_SECONDS
    assert not redis.exists(engine_alive_key("r"))
    assert desk.aborted == []


def test_an_older_attempt_is_fenced_off_and_aborted(redis: Any, desk: Desk) -> None:
    say = desk.open("r", attempt=1)
    say(TextDelta(text="old"))
    wait_for(lambda: redis.exists(engine_stream("r")), "the first entry")
    batch = encode_batch(EventBatch(events=(TextDelta(text="new"),)))
    redis.xadd(engine_stream("r"), {"batch": batch}, id="2-1")
    say(TextDelta(text="zombie"))
    desk.wait_until_written()
    assert desk.aborted == ["r"]
    say(TextDelta(text="still"))
    assert text_of(told(redis, "r")[0]) == "oldnew"


def test_an_entry_that_was_written_before_counts_as_written(redis: Any, desk: Desk) -> None:
    batch = encode_batch(EventBatch(events=(TextDelta(text="a"),)))
    redis.xadd(engine_stream("r"), {"batch": batch}, id="1-1")
    say = desk.open("r", attempt=1)
    say(TextDelta(text="a"))
    wait_for(lambda: redis.ttl(engine_stream("r")) > 0, "the repeated entry")
    say(TextDelta(text="b"), END)
    desk.wait_until_written()
    assert desk.aborted == []
    assert text_of(told(redis, "r")[0]) == "ab"


def test_a_stream_that_vanished_is_not_begun_in_the_middle(redis: Any, desk: Desk) -> None:
    say = desk.open("r")
    say(TextDelta(text="a"))
    wait_for(lambda: redis.exists(engine_stream("r")), "the first entry")
    redis.flushall()
    say(TextDelta(text="b"))
    desk.wait_until_written()
    assert desk.aborted == ["r"]
    assert not redis.exists(engine_stream("r"))


def test_nothing_is_lost_or_doubled_while_redis_is_away(server: RedisServer) -> None:
    desk = Desk(server)
    desk.writer.start()
    say = desk.open("r")
    say(TextDelta(text="before "), tokens=(0,))
    redis = server.client()
    wait_for(lambda: redis.exists(engine_stream("r")), "the first entry")
    server.kill()
    for token in range(1, 200):
        say(TextDelta(text=f"{token} "), tokens=(token,))
    say(END)
    server.start()
    desk.wait_until_written()
    desk.writer.stop(5)
    events, tokens = told(server.client(), "r")
    assert text_of(events) == "before " + "".join(f"{token} " for token in range(1, 200))
    assert tokens == list(range(200))
    assert events[-1] == END


def test_stopping_gives_up_on_a_redis_that_stays_away(server: RedisServer) -> None:
    desk = Desk(server)
    desk.writer.start()
    say = desk.open("r")
    server.kill()
    say(TextDelta(text="lost"))
    desk.writer.stop(timeout_seconds=0.2)
    assert desk.active_requests.ids() == []
    server.start()


def test_stopping_writes_out_what_is_left(shared_server: RedisServer, redis: Redis) -> None:
    desk = Desk(shared_server)
    desk.writer.start()
    for number in range(20):
        desk.open(f"r{number}")(TextDelta(text="a"), END)
    desk.writer.stop(10)
    assert all(text_of(told(redis, f"r{number}")[0]) == "a" for number in range(20))


def test_a_muted_attempt_ends_without_telling_more(redis: Redis, desk: Desk) -> None:
    active = desk.hold("r")
    sink = desk.writer.open(active)
    sink(EventBatch(events=(TextDelta(text="a"),)))
    wait_for(lambda: redis.exists(engine_stream("r")), "the first entry")
    desk.writer.mute(active)
    sink(EventBatch(events=(TextDelta(text="b"),)))
    sink(EventBatch(events=(END,)))
    assert active.ended.wait(10)
    assert told(redis, "r") == ([TextDelta(text="a")], [])


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        (ResponseError("MISCONF Errors writing to the AOF file: No space left on device"), True),
        (ResponseError("The ID specified in XADD is equal or smaller"), False),
        (None, False),
    ],
)
def test_a_redis_without_room_on_its_disk_is_asked_again(answer: object, passes: bool) -> None:
    assert passes_by_itself(answer) is passes


def test_a_value_that_is_no_json_fails_its_request_and_no_other(redis: Redis, desk: Desk) -> None:
    call = ToolCallFinished(index=0, id="c", name="n", arguments={"x": float("nan")})
    desk.open("bad")(call)
    desk.open("good")(TextDelta(text="a"), END)
    desk.wait_until_written()
    assert desk.aborted == ["bad"]
    (failure,) = told(redis, "bad")[0]
    assert isinstance(failure, Failed)
    assert failure.code is ErrorCode.INTERNAL_ERROR
    assert text_of(told(redis, "good")[0]) == "a"


def test_the_first_words_go_out_at_once_and_a_long_answer_in_bundles(
    shared_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Desk(shared_server).writer
    now = 100.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("engine.worker.event_writer.time", clock)
    pauses = [writer._pause_seconds() for _ in range(EAGER_FLUSHES + 1)]
    assert pauses == pytest.approx([*[0.0] * EAGER_FLUSHES, FLUSH_SECONDS])
    now += FLUSH_SECONDS
    assert writer._pause_seconds() == pytest.approx(FLUSH_SECONDS)
    now += (EAGER_FLUSHES + 1) * FLUSH_SECONDS
    assert writer._pause_seconds() == 0.0

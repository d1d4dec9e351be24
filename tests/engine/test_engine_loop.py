"""The thread around the engine: wakes, sleeps, and never lets a request disappear."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.chat.tokenizer import ChatTokenizer
from engine.engine_loop import BeforeStep, EngineLoop
from engine.errors import EngineUnavailable, RequestRejected
from engine.llm_engine import LLMEngine
from engine.protocol import (
    TERMINAL_EVENTS,
    ErrorCode,
    EventBatch,
    Failed,
    Finished,
    FinishReason,
)
from tests.engine.engines import Answer, build_engine, build_scripted_engine, make_request

PATIENCE_SECONDS = 30.0


@dataclass
class Reader:
    """A sink that remembers, and that can be waited for."""

    answer: Answer = field(default_factory=Answer)
    threads: set[str] = field(default_factory=set)
    began: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def __call__(self, batch: EventBatch) -> None:
        self.threads.add(threading.current_thread().name)
        self.answer.events.extend(batch.events)
        self.answer.token_ids.extend(batch.token_ids)
        if batch.token_ids:
            self.began.set()
        if batch.events and isinstance(batch.events[-1], TERMINAL_EVENTS):
            self.ended.set()

    def wait(self) -> Answer:
        assert self.ended.wait(PATIENCE_SECONDS), "the request did not end"
        return self.answer


StartLoop = Callable[..., EngineLoop]


@pytest.fixture
def start_loop() -> Iterator[StartLoop]:
    """Starts loops and stops them after the test."""
    loops: list[EngineLoop] = []

    def start(engine: LLMEngine, before_step: BeforeStep | None = None) -> EngineLoop:
        loop = EngineLoop(engine, before_step=before_step)
        loop.start()
        loops.append(loop)
        return loop

    yield start
    for loop in loops:
        loop.stop()
        assert not loop.is_running


def submit(loop: EngineLoop, name: str, **changes: Any) -> Reader:
    reader = Reader()
    loop.submit(make_request(name, **changes), reader)
    return reader


def test_requests_of_several_threads_are_answered_by_the_loops_thread(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder))
    readers = [Reader() for _ in range(6)]
    threads = [
        threading.Thread(target=loop.submit, args=(make_request(f"r{i}"), reader))
        for i, reader in enumerate(readers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = [reader.wait() for reader in readers]
    assert [len(answer.token_ids) for answer in answers] == [12] * 6
    assert set().union(*(reader.threads for reader in readers)) == {"engine-loop"}


def test_an_idle_loop_takes_no_steps_and_wakes_for_the_next_request(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder, max_drafts=0, decode_steps=1))
    submit(loop, "alice").wait()
    # Twelve tokens are twelve steps, and one more that only takes the last token; a loop that
    # turned while idle would have taken more by the second request.
    assert loop.stats().steps == 13
    submit(loop, "bob").wait()
    assert loop.stats().steps == 26


def test_an_abort_from_any_thread_ends_the_request_in_the_next_step(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder, max_drafts=0))
    reader = Reader()

    def abort_at_once(batch: EventBatch) -> None:
        loop.abort("alice")
        reader(batch)

    loop.submit(make_request("alice", max_tokens=100), abort_at_once)
    answer = reader.wait()
    assert answer.finished.reason is FinishReason.ABORTED
    assert len(answer.token_ids) == 1


@pytest.mark.parametrize(("decode_steps", "most"), [(1, 4), (8, 4 + 2 * 8)])
def test_the_hook_is_asked_at_every_step_and_stops_within_two(
    checkpoint_folder: Path, start_loop: StartLoop, decode_steps: int, most: int
) -> None:
    tokens_seen: list[int] = []
    reader = Reader()

    def stop_after_four_tokens() -> list[str]:
        tokens_seen.append(len(reader.answer.token_ids))
        return ["alice"] if len(reader.answer.token_ids) >= 4 else []

    engine = build_engine(checkpoint_folder, max_drafts=0, decode_steps=decode_steps)
    loop = start_loop(engine, stop_after_four_tokens)
    loop.submit(make_request("alice", max_tokens=100), reader)
    answer = reader.wait()
    assert answer.finished.reason is FinishReason.ABORTED
    assert 4 <= len(answer.token_ids) <= most
    # The first step computes and tells nothing yet; the last one that is asked about is the stop.
    assert tokens_seen[:3] == [0, 0, 1]
    assert [seen >= 4 for seen in tokens_seen] == [False] * (len(tokens_seen) - 1) + [True]
    assert loop.stats().running == 0


def test_a_hook_that_fails_is_logged_and_the_answer_goes_on(
    checkpoint_folder: Path, start_loop: StartLoop, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> list[str]:
        raise ConnectionError("no flags today")

    loop = start_loop(build_engine(checkpoint_folder), fail)
    assert len(submit(loop, "alice").wait().token_ids) == 12
    assert "no flags today" in caplog.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("broken"), ErrorCode.INTERNAL_ERROR),
        (EngineUnavailable(ErrorCode.OUT_OF_MEMORY), ErrorCode.OUT_OF_MEMORY),
    ],
)
def test_an_error_in_a_step_fails_the_running_and_the_loop_goes_on(
    checkpoint_folder: Path,
    start_loop: StartLoop,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    code: ErrorCode,
) -> None:
    words: list[int | Exception | None] = [
        *ChatTokenizer.from_folder(checkpoint_folder).encode_text("Hello")
    ]
    scripts: dict[str, list[int | Exception | None]] = {
        "alice": [*words, error],
        "bob": [*words] * 9,
        "charlie": words,
    }
    engine = build_scripted_engine(checkpoint_folder, scripts, max_running=2)
    for name in ("alice", "bob"):
        engine.submit(make_request(name, max_tokens=400))
    readers = {"alice": Reader(), "bob": Reader()}
    loop = EngineLoop(engine)
    loop._sinks.update(readers)
    loop._thread.start()
    for reader in readers.values():
        assert reader.wait().failed.code is code
        assert reader.answer.text == "Hello"
    charlie = submit(loop, "charlie", max_tokens=len(words)).wait()
    assert charlie.text == "Hello"
    assert loop.stats().kv_blocks_used == 0
    assert "A step failed" in caplog.text
    loop.stop()


def test_a_reader_that_fails_stops_its_own_request_only(
    checkpoint_folder: Path, start_loop: StartLoop, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(batch: EventBatch) -> None:
        raise ConnectionError("nobody there")

    loop = start_loop(build_engine(checkpoint_folder))
    loop.submit(make_request("alice", max_tokens=200), fail)
    bob = submit(loop, "bob", max_tokens=60)
    assert len(bob.wait().token_ids) > 0
    assert loop.stats().running == 0
    failed = [one for one in caplog.records if one.msg.startswith("A reader failed")]
    assert [vars(one)["request"] for one in failed] == ["alice"]


def test_a_refused_request_leaves_no_reader_behind(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder))
    refused = Reader()
    with pytest.raises(RequestRejected):
        loop.submit(make_request("alice", temperature=-1.0), refused)
    assert len(submit(loop, "alice").wait().token_ids) == 12
    assert not refused.answer.events


def test_a_second_request_of_the_same_id_does_not_take_the_readers_place(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder))
    release = threading.Event()
    first = Reader()

    def hold(batch: EventBatch) -> None:
        assert release.wait(PATIENCE_SECONDS)
        first(batch)

    loop.submit(make_request("alice"), hold)
    with pytest.raises(RequestRejected) as refusal:
        loop.submit(make_request("alice"), Reader())
    release.set()
    assert refusal.value.code is ErrorCode.CONFLICT
    assert len(first.wait().token_ids) == 12


def test_stopping_the_loop_ends_every_request_and_refuses_new_ones(
    checkpoint_folder: Path,
) -> None:
    broken = threading.Event()
    loop = EngineLoop(build_engine(checkpoint_folder, max_running=1), on_broken=broken.set)
    alice, bob = submit(loop, "alice", max_tokens=None), submit(loop, "bob")
    alice.began.clear()
    loop.start()
    assert alice.began.wait(PATIENCE_SECONDS)
    loop.stop()
    assert not loop.is_running
    for reader in (alice, bob):
        last = reader.wait().events[-1]
        assert isinstance(last, Finished | Failed)
    assert bob.answer.failed.code is ErrorCode.ENGINE_LOST
    assert not broken.is_set()
    with pytest.raises(EngineUnavailable) as refusal:
        submit(loop, "charlie")
    assert refusal.value.code is ErrorCode.MODEL_UNAVAILABLE


def test_the_end_of_the_thinking_is_the_next_token_but_the_one_on_its_way(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder, max_drafts=0, decode_steps=1))
    tokenizer = ChatTokenizer.from_folder(checkpoint_folder)
    reader = Reader()

    def think_no_more(batch: EventBatch) -> None:
        if batch.token_ids and not reader.began.is_set():
            loop.end_thinking("alice")
        reader(batch)

    opening = tokenizer.special_id("<think>")
    loop.submit(make_request("alice", resume_token_ids=(opening,), attempt=2), think_no_more)
    answer = reader.wait()
    assert tokenizer.special_id("</think>") in answer.token_ids[1:3]


def test_stopping_the_loop_closes_the_engine_once_nothing_steps_it(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build_engine(checkpoint_folder)
    running_at_close: list[bool] = []
    loop = EngineLoop(engine)
    monkeypatch.setattr(engine, "close", lambda: running_at_close.append(loop.is_running))
    loop.start()
    submit(loop, "alice").wait()
    loop.stop()
    loop.stop()
    assert running_at_close == [False]


def test_a_step_that_outlasts_the_stop_keeps_its_engine(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = build_engine(checkpoint_folder)
    closed, proceed = threading.Event(), threading.Event()
    monkeypatch.setattr(engine, "close", closed.set)
    stepped = threading.Event()

    def hold(_batch: EventBatch) -> None:
        stepped.set()
        assert proceed.wait(PATIENCE_SECONDS)

    loop = EngineLoop(engine)
    loop.start()
    loop.submit(make_request("alice"), hold)
    assert stepped.wait(PATIENCE_SECONDS)
    loop.stop(timeout_seconds=0.01)
    assert not closed.is_set()
    proceed.set()
    loop.stop()
    assert closed.is_set()


def test_a_loop_that_breaks_still_ends_every_request(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = build_engine(checkpoint_folder, max_running=1)

    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("the books do not balance")

    monkeypatch.setattr(engine, "step", fail)
    monkeypatch.setattr(engine, "_fail", fail)
    told = threading.Event()
    loop = EngineLoop(engine, on_broken=told.set)
    readers = [submit(loop, name) for name in ("alice", "bob")]
    loop.start()
    for reader in readers:
        assert reader.wait().failed.code is ErrorCode.ENGINE_LOST
    assert told.wait(PATIENCE_SECONDS)
    loop.stop()
    assert not loop.is_running
    assert "The engine loop broke" in caplog.text
    with pytest.raises(EngineUnavailable):
        submit(loop, "charlie")


def test_a_loop_that_gives_all_away_goes_on_with_what_comes_next(
    checkpoint_folder: Path, start_loop: StartLoop
) -> None:
    loop = start_loop(build_engine(checkpoint_folder))
    alice, bob = Reader(), Reader()
    loop.submit(make_request("alice", max_tokens=400), alice)
    assert alice.began.wait(PATIENCE_SECONDS)
    loop.lose_all()
    lost = alice.wait().events[-1]
    assert isinstance(lost, Failed)
    assert lost.code is ErrorCode.ENGINE_LOST
    loop.submit(make_request("bob", max_tokens=4), bob)
    assert isinstance(bob.wait().events[-1], Finished)


def test_fewer_answers_at_once_are_a_limit_for_those_that_come(
    checkpoint_folder: Path,
) -> None:
    engine = build_engine(checkpoint_folder, max_running=4)
    engine.set_max_running(1)
    for name in ("alice", "bob", "carol"):
        engine.submit(make_request(name, max_tokens=3))
    most = 0
    while engine.has_work():
        engine.step()
        most = max(most, engine.stats().running)
    assert most == 1
    for count in (0, 5):
        with pytest.raises(ValueError, match="1 to 4 answers"):
            engine.set_max_running(count)
    engine.close()

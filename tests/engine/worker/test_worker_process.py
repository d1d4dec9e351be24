"""The worker as the product runs it: a process, a real Redis, a tiny checkpoint."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import (
    ChatMessage,
    ErrorCode,
    Failed,
    Finished,
    FinishReason,
    GenerationRequest,
    Priority,
    Role,
    SamplingParams,
)
from engine.protocol.codec import encode_request
from engine.protocol.names import engine_alive_key, engine_end_thinking_key, engine_stop_key
from tests.engine.worker.conftest import CONTEXT_LENGTH
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for
from tests.engine.worker.worker_process import WorkerProcess


@pytest.fixture(scope="module")
def worker(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    server = RedisServer()
    server.start()
    worker = WorkerProcess(server, tiny_model, tmp_path_factory.mktemp("worker") / "log")
    worker.wait_until_ready()
    yield worker
    worker.close()
    server.close()


def ask(request_id: str, *, max_tokens: int = 8, **changes: object) -> GenerationRequest:
    fields = {
        "request_id": request_id,
        "model": "tiny-air",
        "messages": (ChatMessage(role=Role.USER, content="hello"),),
        "sampling": SamplingParams(seed=1, max_tokens=max_tokens),
        **changes,
    }
    return GenerationRequest(**fields)  # type: ignore[arg-type]


def long_ask(request_id: str) -> GenerationRequest:
    """An answer that takes longer than the test."""
    return ask(request_id, max_tokens=30_000)


def test_a_request_ends_in_its_stream_with_its_tokens(worker: WorkerProcess) -> None:
    worker.send(ask("short"))
    end = worker.wait_for_end("short")[-1]
    assert isinstance(end, Finished)
    tokens = [token for _, batch in worker.batches("short") for token in batch.token_ids]
    assert len(tokens) == end.usage.completion_tokens == 8
    assert end.reason is FinishReason.LENGTH
    wait_for(lambda: not worker.redis.exists(engine_alive_key("short")), "the alive key to go")


def test_another_attempt_goes_on_after_the_tokens_that_were_written(
    worker: WorkerProcess,
) -> None:
    sampling = SamplingParams(temperature=0.0, max_tokens=12)
    worker.send(ask("whole", sampling=sampling))
    worker.wait_for_end("whole")
    tokens = [token for _, batch in worker.batches("whole") for token in batch.token_ids]
    resumed = ask("rest", sampling=sampling, attempt=2, resume_token_ids=tuple(tokens[:-3]))
    worker.send(resumed)
    worker.wait_for_end("rest")
    assert [t for _, batch in worker.batches("rest") for t in batch.token_ids] == tokens[-3:]
    assert worker.batches("rest")[0][0] == "2-1"


def test_a_stop_flag_frees_the_slot(worker: WorkerProcess) -> None:
    worker.send(long_ask("long"))
    worker.wait_for_tokens("long", 3)
    worker.redis.set(engine_stop_key("long"), "1")
    end = worker.wait_for_end("long")[-1]
    assert isinstance(end, Finished)
    assert end.reason is FinishReason.ABORTED
    wait_for(lambda: worker.status()["running"] == 0, "a free slot")


def test_skipping_the_thinking_lets_the_answer_begin(
    worker: WorkerProcess, tiny_model: Path
) -> None:
    tokenizer = ChatTokenizer.from_folder(tiny_model)
    opening, closing = tokenizer.special_id("<think>"), tokenizer.special_id("</think>")
    assert opening is not None
    # A call of a tool would end the thinking of a random model before anybody can.
    no_calls = {str(tokenizer.special_id("<tool_call>")): -100.0}
    sampling = SamplingParams(temperature=0.0, max_tokens=30_000, logit_bias=no_calls)
    worker.send(ask("thinker", sampling=sampling, attempt=2, resume_token_ids=(opening,)))
    worker.wait_for_tokens("thinker", 3)
    worker.redis.set(engine_end_thinking_key("thinker"), "now")
    types = wait_for(lambda: types_up_to_text(worker, "thinker"), "the answer's text")
    worker.redis.set(engine_stop_key("thinker"), "1")
    worker.wait_for_end("thinker")
    assert types[-2:] == ["thinking_finished", "text_delta"]
    tokens = [token for _, batch in worker.batches("thinker") for token in batch.token_ids]
    assert [token for token in tokens if token == closing] == [closing]


def types_up_to_text(worker: WorkerProcess, request_id: str) -> list[str]:
    """The types of the events up to the first text; none while there is no text."""
    types: list[str] = [event.type for event in worker.events(request_id)]
    return types[: types.index("text_delta") + 1] if "text_delta" in types else []


def test_a_prompt_that_was_read_ahead_is_not_computed_again(worker: WorkerProcess) -> None:
    talk = ChatMessage(role=Role.USER, content="once upon a time " * 40)
    said = ChatMessage(role=Role.ASSISTANT, content="there was a bird " * 20)
    before = worker.status()["prefix_query_tokens"]
    ahead = ask("ahead", messages=(talk, said), prefill_only=True, priority=Priority.BACKGROUND)
    worker.send(ahead)
    wait_for(lambda: worker.status()["prefix_query_tokens"] > before, "the reading")
    wait_for(lambda: worker.status()["running"] == 0, "its end")
    assert worker.redis.keys("engine:ahead*") == []
    more = ChatMessage(role=Role.USER, content="and then?")
    worker.send(ask("next", messages=(talk, said, more)))
    end = worker.wait_for_end("next")[-1]
    assert isinstance(end, Finished)
    assert end.usage.cached_tokens > 0.9 * end.usage.prompt_tokens
    cached = end.usage.cached_tokens
    wait_for(lambda: worker.status()["prefix_hit_tokens"] >= cached, "the figure in the status")


def test_the_status_tells_what_the_engine_counts(worker: WorkerProcess) -> None:
    worker.send(ask("counted"))
    worker.wait_for_end("counted")
    wait_for(lambda: worker.status()["step_ms"], "a figure")
    status = worker.status()
    assert 0 < status["host_ms_per_step"] <= status["step_ms"]
    assert status["prefix_query_tokens"] >= status["prefix_hit_tokens"] >= 0
    assert (status["preemptions"], status["corrupted_requests"]) == (0, 0)
    assert status["load_progress"] is None


def test_a_doubled_message_is_answered_once(worker: WorkerProcess) -> None:
    worker.send(ask("twice"))
    worker.wait_for_end("twice")
    before = worker.batches("twice")
    worker.send(ask("twice"))
    worker.send(ask("after"))
    worker.wait_for_end("after")
    assert worker.batches("twice") == before
    assert not worker.redis.exists(engine_alive_key("twice"))


def test_a_newer_attempt_replaces_one_that_still_runs_here(worker: WorkerProcess) -> None:
    worker.send(long_ask("replaced"))
    worker.wait_for_tokens("replaced", 3)
    worker.send(ask("replaced", attempt=2))
    end = worker.wait_for_end("replaced")[-1]
    assert isinstance(end, Finished)
    ids = [id_.split("-") for id_, _ in worker.batches("replaced")]
    assert ids[-1][0] == "2"
    assert not any(
        event.type in ("finished", "failed")
        for id_, batch in worker.batches("replaced")
        for event in batch.events
        if id_.startswith("1-")
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"surprise": 1}, ErrorCode.INVALID_REQUEST),
        ({"messages": "text"}, ErrorCode.INVALID_REQUEST),
        ({"messages": []}, ErrorCode.INVALID_REQUEST),
        ({"sampling": {"temperature": 10**400}}, ErrorCode.INVALID_REQUEST),
        ({"model": "another"}, ErrorCode.MODEL_NOT_FOUND),
        ({"resume_token_ids": [99_999]}, ErrorCode.INVALID_REQUEST),
        (
            {"messages": [{"role": "user", "content": "long " * 9000}]},
            ErrorCode.CONTEXT_LENGTH_EXCEEDED,
        ),
    ],
)
def test_a_request_that_cannot_be_served_fails_with_its_reason(
    worker: WorkerProcess,
    change: dict[str, object],
    code: ErrorCode,
    request: pytest.FixtureRequest,
) -> None:
    request_id = request.node.name
    payload = {**json.loads(encode_request(ask(request_id))), **change}
    worker.send_payload(json.dumps(payload))
    failure = worker.wait_for_end(request_id)[-1]
    assert isinstance(failure, Failed)
    assert failure.code is code
    assert failure.message


@pytest.mark.parametrize("payload", ["{", "[]", 7, None, '{"request_id": 3}', {"request_id": "x"}])
def test_a_payload_without_a_name_is_logged_and_harms_nobody(
    worker: WorkerProcess, payload: object, request: pytest.FixtureRequest
) -> None:
    worker.send_payload(payload)
    worker.send(ask(request.node.name))
    assert isinstance(worker.wait_for_end(request.node.name)[-1], Finished)
    assert "A payload is no request" in worker.log.read_text()


def test_the_status_tells_model_and_limits(worker: WorkerProcess) -> None:
    status = worker.status()
    assert (status["model"], status["state"], status["reason"]) == ("tiny-air", "ready", "")
    assert (status["device"], status["context_length"]) == ("cpu", CONTEXT_LENGTH)
    assert status["max_running"] > 0
    assert status["pid"] == worker.process.pid


def test_the_log_is_json_without_texts_of_messages(worker: WorkerProcess) -> None:
    worker.send(ask("logged", messages=(ChatMessage(role=Role.USER, content="my secret"),)))
    worker.wait_for_end("logged")
    wait_for(lambda: "A request has ended" in worker.log.read_text(), "a line about the request")
    lines = [line for line in worker.log.read_text().splitlines() if line.startswith("{")]
    assert all("event" in json.loads(line) for line in lines)
    assert "my secret" not in worker.log.read_text()

"""The double for the engine: it takes real requests from the real queue and writes event batches
to the real Redis as its script says. One token a batch, so that a resumed request can be checked.
"""

import base64
import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from django.db import connections
from redis import Redis

from engine.protocol import (
    EngineEvent,
    EventBatch,
    Finished,
    FinishReason,
    GenerationRequest,
    PrefillProgress,
    Queued,
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
    Usage,
    WorkerState,
    WorkerStatus,
)
from engine.protocol.codec import decode_request, encode_batch
from engine.protocol.names import (
    engine_alive_key,
    engine_end_thinking_key,
    engine_queue,
    engine_stop_key,
    engine_stream,
    queue_lists,
    worker_key,
)
from webapp.core.streams import Fenced, StreamId, append

MODEL = "glm-nano"
log = logging.getLogger(__name__)
USAGE = Usage(
    prompt_tokens=11,
    cached_tokens=3,
    completion_tokens=7,
    thinking_tokens=2,
    queue_ms=1.0,
    ttft_ms=5.0,
    duration_ms=20.0,
)


@dataclass(frozen=True)
class Die:
    """The engine process is gone: no more entries, no sign of life."""


@dataclass(frozen=True)
class AwaitStop:
    """Writes nothing until it is told to stop, then says that it was."""


@dataclass(frozen=True)
class ThinkUntilSkipped:
    """Writes nothing until it is asked to end the thinking, then ends it."""


@dataclass(frozen=True)
class Do:
    """Something that happens in the middle of the answer."""

    action: Callable[[], object]


Step = EngineEvent | Die | AwaitStop | ThinkUntilSkipped | Do
Script = Callable[[GenerationRequest], Iterable[Step]]


def finished(reason: FinishReason = FinishReason.STOP) -> Finished:
    """The end of a generation."""
    return Finished(reason=reason, usage=USAGE)


def say(text: str, thinking: str = "") -> list[Step]:
    """An answer of words: perhaps some thinking, then the text, word by word."""
    steps: list[Step] = [Queued(position=1), PrefillProgress(done_tokens=4, total_tokens=8)]
    if thinking:
        steps += [ThinkingDelta(text=word) for word in _words(thinking)]
        steps.append(ThinkingFinished())
    steps += [TextDelta(text=word) for word in _words(text)]
    return [*steps, finished()]


def make(content: str, *, id: str = "my-game", type: str = "html", title: str = "G") -> list[Step]:
    """An answer that calls artifact_create."""
    arguments = {"id": id, "type": type, "title": title, "content": content}
    steps: list[Step] = [ToolCallStarted(index=0, id="call-0", name="artifact_create")]
    for key in ("id", "type", "title"):
        steps.append(ToolArgumentDelta(index=0, key=key, text=arguments[key]))
    steps += [ToolArgumentDelta(index=0, key="content", text=word) for word in _words(content)]
    steps.append(
        ToolCallFinished(index=0, id="call-0", name="artifact_create", arguments=arguments)
    )
    return [*steps, finished(FinishReason.TOOL_CALLS)]


def use(*calls: tuple[str, dict[str, str]]) -> list[Step]:
    """An answer of tool calls: names with their arguments, every argument in two pieces."""
    steps: list[Step] = []
    for index, (name, arguments) in enumerate(calls):
        id = f"call-{index}"
        steps.append(ToolCallStarted(index=index, id=id, name=name))
        for key, text in arguments.items():
            half = len(text) // 2
            steps += [
                ToolArgumentDelta(index=index, key=key, text=piece)
                for piece in (text[:half], text[half:])
                if piece
            ]
        steps.append(ToolCallFinished(index=index, id=id, name=name, arguments=arguments))
    return [*steps, finished(FinishReason.TOOL_CALLS)]


def _words(text: str) -> list[str]:
    return [word + " " for word in text.split(" ")[:-1]] + [text.split(" ")[-1]]


class ScriptedEngine:
    """Serves a model in a thread while the `with` block runs. `requests` are those it answered,
    `read_ahead` those that nobody waits for."""

    def __init__(self, redis: Redis, script: Script, model: str = MODEL) -> None:
        self._redis = redis
        self._script = script
        self._model = model
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.requests: list[GenerationRequest] = []
        self.read_ahead: list[GenerationRequest] = []
        self.failures: list[BaseException] = []

    def __enter__(self) -> Self:
        announce_worker(self._redis, self._model)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        assert not self.failures, self.failures

    def _serve(self) -> None:
        try:
            self._take_messages()
        finally:
            # What a script does may ask the database.
            connections.close_all()

    def _take_messages(self) -> None:
        while not self._ended.is_set():
            message = self._redis.brpop(list(queue_lists(engine_queue(self._model))), timeout=0.05)
            if message is None:
                continue
            try:
                self._take(read_message(message[1]))
            except Fenced:
                continue
            except Exception as error:
                log.exception("scripted_engine_failed")
                self.failures.append(error)

    def _take(self, request: GenerationRequest) -> None:
        if request.prefill_only:
            self.read_ahead.append(request)
        else:
            self._answer(request)

    def _answer(self, request: GenerationRequest) -> None:
        self.requests.append(request)
        alive = engine_alive_key(request.request_id)
        self._redis.set(alive, "1")
        skip = len(request.resume_token_ids)
        assert list(request.resume_token_ids) == list(range(1, skip + 1))
        seq = 0
        for token, step in enumerate(self._script(request), start=1):
            if isinstance(step, Die):
                break
            if isinstance(step, Do):
                step.action()
                continue
            if token <= skip:
                continue
            seq += 1
            self._write(request, seq, token, self._event(request, step))
        self._redis.delete(alive)

    def _event(
        self, request: GenerationRequest, step: EngineEvent | AwaitStop | ThinkUntilSkipped
    ) -> EngineEvent:
        if isinstance(step, AwaitStop):
            self._wait_for(engine_stop_key(request.request_id))
            return finished(FinishReason.ABORTED)
        if isinstance(step, ThinkUntilSkipped):
            self._wait_for(engine_end_thinking_key(request.request_id))
            return ThinkingFinished()
        return step

    def _wait_for(self, key: str) -> None:
        while not self._redis.exists(key):
            if self._ended.wait(0.01):
                break

    def _write(self, request: GenerationRequest, seq: int, token: int, event: EngineEvent) -> None:
        batch = EventBatch(events=(event,), token_ids=(token,))
        append(
            self._redis,
            engine_stream(request.request_id),
            StreamId(request.attempt, seq),
            {"batch": encode_batch(batch)},
            begin=True,
        )


def read_message(text: str | bytes) -> GenerationRequest:
    """The request in a Celery message as it lies in Redis."""
    body = json.loads(base64.b64decode(json.loads(text)["body"]))
    return decode_request(body[0][0])


def announce_worker(
    redis: Redis, model: str = MODEL, state: WorkerState = WorkerState.READY, waiting: int = 0
) -> None:
    """A worker says that it serves `model`."""
    status = WorkerStatus(
        worker_id=f"worker-{model}",
        model=model,
        state=state,
        reason="",
        device="cpu",
        dtype="float32",
        pid=1,
        started_at=1.0,
        updated_at=2.0,
        context_length=4096,
        steps=0,
        running=0,
        waiting=waiting,
        max_running=4,
        kv_blocks_used=0,
        kv_blocks_total=8,
        generated_tokens=0,
        tokens_per_second=0.0,
    )
    redis.set(worker_key(status.worker_id), json.dumps(asdict(status)))

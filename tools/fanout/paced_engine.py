"""An engine without a model: it writes what the prompt asks for, 50 tokens a second for each.

It stands where the real one stands, under the real loop, event writer, heartbeat and intake. A long
page (`tools.preview.long_page`) is written as one call of a tool, with more tokens a step.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from engine.llm_engine.records import EngineFacts, EngineStats, RequestOutput
from engine.protocol import (
    ErrorCode,
    EventBatch,
    Failed,
    Finished,
    FinishReason,
    GenerationRequest,
    Role,
    TextDelta,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
    Usage,
)
from engine.protocol.events import EngineEvent
from tools.fanout.spoken import Pace, Token, read_pace
from tools.preview.long_page import LongPage, read_long_page

TOKENS_PER_SECOND = 50.0
CONTEXT_LENGTH = 131_072
MAX_RUNNING = 1024
_CALL, _TOOL = "call_0", "artifact_create"
_SMALL = {"id": "long-page", "type": "html", "title": "A long page"}


@dataclass(slots=True)
class _Answer:
    pace: Pace
    taken_ns: int = field(default_factory=time.monotonic_ns)
    written: int = 0
    aborted: bool = False

    def take_step(self, now_ns: int) -> EventBatch:
        token = Token(self.written, self.taken_ns, now_ns)
        self.written += 1
        if self.aborted or self.written > self.pace.tokens:
            reason = FinishReason.ABORTED if self.aborted else FinishReason.STOP
            return EventBatch(events=(Finished(reason=reason, usage=self._usage(now_ns)),))
        text = TextDelta(text=token.text(self.pace.padding_bytes))
        return EventBatch(events=(text,), token_ids=(token.number,))

    def _usage(self, now_ns: int) -> Usage:
        return _usage(self.written - 1, now_ns - self.taken_ns)


class _Page:
    """An artifact of one long page."""

    def __init__(self, page: LongPage) -> None:
        self._taken_ns = time.monotonic_ns()
        self._per_step = page.per_step
        self._tokens: Iterator[str] = page.tokens()
        self._content: list[str] = []
        self._begun = False
        self.aborted = False

    def take_step(self, now_ns: int) -> EventBatch:
        events: list[EngineEvent] = []
        if not self._begun:
            self._begun = True
            events.append(ToolCallStarted(index=0, id=_CALL, name=_TOOL))
            events += [
                ToolArgumentDelta(index=0, key=key, text=text) for key, text in _SMALL.items()
            ]
        tokens = list(islice(self._tokens, self._per_step))
        self._content += tokens
        if tokens and not self.aborted:
            text = "".join(tokens)
            events.append(ToolArgumentDelta(index=0, key="content", text=text))
            return EventBatch(events=tuple(events), token_ids=tuple(range(len(tokens))))
        usage = _usage(len(self._content), now_ns - self._taken_ns)
        if self.aborted:
            return EventBatch(events=(Finished(reason=FinishReason.ABORTED, usage=usage),))
        arguments = {**_SMALL, "content": "".join(self._content)}
        call = ToolCallFinished(index=0, id=_CALL, name=_TOOL, arguments=arguments)
        return EventBatch(events=(call, Finished(reason=FinishReason.TOOL_CALLS, usage=usage)))


def _usage(tokens: int, duration_ns: int) -> Usage:
    return Usage(
        prompt_tokens=1,
        cached_tokens=0,
        completion_tokens=tokens,
        thinking_tokens=0,
        queue_ms=0.0,
        ttft_ms=1000 / TOKENS_PER_SECOND,
        duration_ms=duration_ns / 1e6,
    )


class PacedEngine:
    """The verbs of `LLMEngine` that the worker uses; `step` is called by one thread."""

    facts = EngineFacts(
        device="none", dtype="none", threads=1, bytes_per_weight=0.0, kv_itemsize=0, max_drafts=0
    )

    def __init__(self) -> None:
        self._answers: dict[str, _Answer | _Page] = {}
        self._lock = threading.Lock()
        self._next_step_at = 0.0
        self._steps = 0
        self._tokens = 0

    def submit(self, request: GenerationRequest) -> None:
        """Take a request; a prompt that is only read ahead costs nothing here."""
        with self._lock:
            self._answers[request.request_id] = _begin(request)

    def abort(self, request_id: str) -> None:
        """End a request in the next step."""
        with self._lock:
            if request_id in self._answers:
                self._answers[request_id].aborted = True

    def end_thinking(self, request_id: str) -> None:
        """Nothing is thought here."""

    def has_work(self) -> bool:
        """Whether somebody is answered."""
        return bool(self._answers)

    def step(self) -> list[RequestOutput]:
        """Wait for the time of the next token, and write one for everybody."""
        now = time.monotonic()
        self._next_step_at = max(self._next_step_at + 1 / TOKENS_PER_SECOND, now)
        time.sleep(self._next_step_at - now)
        now_ns = time.monotonic_ns()
        with self._lock:
            outputs = [
                RequestOutput(id, answer.take_step(now_ns)) for id, answer in self._answers.items()
            ]
            self._steps += 1
            self._tokens += len(outputs)
            for output in outputs:
                if isinstance(output.batch.events[-1], Finished):
                    del self._answers[output.request_id]
        return outputs

    def fail_running(self, code: ErrorCode, message: str) -> list[RequestOutput]:
        """End everybody by an error."""
        return self.fail_all(code, message)

    def fail_all(self, code: ErrorCode, message: str) -> list[RequestOutput]:
        """End everybody by an error."""
        with self._lock:
            ids = list(self._answers)
            self._answers.clear()
        batch = EventBatch(events=(Failed(code=code, message=message),))
        return [RequestOutput(id, batch) for id in ids]

    def set_max_running(self, count: int) -> None:
        """There is no limit to set."""

    def close(self) -> None:
        """Nothing is held."""

    def stats(self) -> EngineStats:
        """What the heartbeat tells."""
        return EngineStats(
            steps=self._steps,
            running=len(self._answers),
            waiting=0,
            max_running=MAX_RUNNING,
            context_length=CONTEXT_LENGTH,
            kv_blocks_used=0,
            kv_blocks_total=1,
            generated_tokens=self._tokens,
            tokens_per_second=0.0,
            prefix_query_tokens=0,
            prefix_hit_tokens=0,
            drafted_tokens=0,
            accepted_draft_tokens=0,
            preemptions=0,
            corrupted_requests=0,
            evicted_blocks=0,
            step_ms=0.0,
            host_ms_per_step=0.0,
        )


def _begin(request: GenerationRequest) -> _Answer | _Page:
    last = request.messages[-1] if request.messages else None
    if request.prefill_only or last is None or last.role is not Role.USER:
        return _Answer(Pace(0 if request.prefill_only else 1))
    page = read_long_page(last.content)
    return _Answer(read_pace(last.content)) if page is None else _Page(page)

"""One generation, from the request to its terminal event, across engines that come and go.

The engine is asked by a message and answers in a stream. While the stream is silent the client
looks for the reasons: a stop, an engine that died (the next attempt carries all tokens so far and
goes on after them), or no worker at all.

An engine that goes away in order says so. One that is lost without a word may have been ended by
the request itself, so those are counted. The last chance is taken apart from all other suspects:
what only ran beside the culprit is finished, and the culprit ends alone.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import uuid4

import structlog
from redis import Redis
from structlog.contextvars import bind_contextvars

from engine.protocol import (
    ERROR_INFO,
    TERMINAL_EVENTS,
    EngineEvent,
    ErrorCode,
    EventBatch,
    Failed,
    Finished,
    FinishReason,
    GenerationRequest,
    Usage,
)
from engine.protocol.names import (
    STREAM_TTL_SECONDS,
    engine_alive_key,
    engine_cancelled_key,
    engine_queue,
    engine_stop_key,
)
from webapp.catalog.selectors import ServedModel
from webapp.core.streams import StreamId
from webapp.generation.apart import Apart
from webapp.generation.engine_stream import load_batches, read_batches
from webapp.generation.leases import LeaseLost
from webapp.generation.models import Generation
from webapp.generation.timing import Timing

log = structlog.get_logger(__name__)


class Watch(Protocol):
    """What may end the turn from outside."""

    def check(self) -> None:
        """Raises if this worker must leave the turn."""

    def is_stopped(self, *, look_now: bool = False) -> bool:
        """True once the owner asked for a stop; looks at most ten times a second unless told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLink:
    """The ways to the engine and to what is known of it."""

    redis: Redis
    ring: Callable[[GenerationRequest], None]
    find_model: Callable[[str], ServedModel | None]
    count_waiting: Callable[[str], int]
    clock: Callable[[], float]
    timing: Timing
    max_losses: int


class EngineClient:
    """Follows one generation. `request` is complete but for id, attempt and resumed tokens.

    `on_live` is told when what follows is new, `on_wait` before the engine is waited for."""

    def __init__(
        self,
        *,
        link: EngineLink,
        generation: Generation,
        request: GenerationRequest,
        watch: Watch,
        on_live: Callable[[], None],
        on_wait: Callable[[], None],
        on_start_over: Callable[[], None],
    ) -> None:
        self._link = link
        self._generation = generation
        self._request = request
        self._watch = watch
        self._on_live = on_live
        self._on_wait = on_wait
        self._on_start_over = on_start_over
        self._tokens: list[int] = []
        self._position = StreamId(generation.attempt, 0)
        self._begun = False
        self._ended = False
        self._is_held_back = False
        self._stop_asked_at: float | None = None
        self._looked_at = 0.0
        self._doubted_since: float | None = None
        self._apart = Apart(link.redis, request.model, link.clock)
        self._reset_clocks()

    def events(self, *, is_new: bool) -> Iterator[EngineEvent]:
        """The events in order, exactly one terminal at the end.

        `is_new` says that no earlier attempt of the turn has asked for this generation.
        """
        if is_new:
            if self._watch.is_stopped():
                self._on_live()
                yield self._aborted()
                return
            # The engine first: what it needs is on its way while the others are told.
            self._ring()
            self._on_live()
        else:
            yield from self._replay()
            # Whoever held it back before may not have asked for it any more.
            self._is_held_back = self._is_last_chance and not self._begun
            self._on_live()
        while not self._ended:
            self._watch.check()
            yield from self._wait_apart() if self._must_wait() else self._step()

    def _replay(self) -> Iterator[EngineEvent]:
        """What was written before this worker took the turn up; a broken stream is begun anew."""
        request_id = str(self._generation.request_id)
        batches = load_batches(self._link.redis, request_id, self._generation.resume_points)
        if batches is None:
            self._start_over()
            return
        for id, batch in batches:
            yield from self._take(id, batch)
        if self._position.attempt < self._generation.attempt:
            self._position = StreamId(self._generation.attempt, 0)
            self._begun = False

    @property
    def _is_last_chance(self) -> bool:
        return self._generation.losses == self._link.max_losses - 1

    def _must_wait(self) -> bool:
        """Whether it is the last chance, and another suspect has its own now."""
        if not self._is_last_chance or self._apart.enter(str(self._generation.request_id)):
            if self._is_held_back:
                self._is_held_back = False
                self._reset_clocks()
                self._ring()
            return False
        return True

    def _wait_apart(self) -> Iterator[EngineEvent]:
        """The engine is not asked before the others have had their chance."""
        self._on_wait()
        if self._watch.is_stopped(look_now=True):
            yield self._end(self._aborted())
        else:
            time.sleep(self._link.timing.poll_ms / 1000)

    def _step(self) -> Iterator[EngineEvent]:
        """One read of the stream, with what its silence may mean."""
        request_id = str(self._generation.request_id)
        timing = self._link.timing
        self._on_wait()
        batches = read_batches(
            self._link.redis, request_id, self._position, block_ms=timing.poll_ms
        )
        for id, batch in batches:
            if self._ended or id.attempt < self._generation.attempt:
                break
            if id.attempt > self._generation.attempt:
                raise LeaseLost
            if id.seq != self._position.seq + 1:
                log.warning("engine_stream_gap", id=str(id))
                self._begin_attempt()
                return
            yield from self._take(id, batch)
        if not self._ended and self._watch.is_stopped():
            yield from self._stop()
        if not self._ended and not batches:
            yield from self._look_around()

    def _take(self, id: StreamId, batch: EventBatch) -> Iterator[EngineEvent]:
        self._position = id
        self._begun = True
        self._silent_since = self._link.clock()
        self._tokens.extend(batch.token_ids)
        for event in batch.events:
            if not isinstance(event, TERMINAL_EVENTS):
                yield event
            elif self._is_cancelled(event):
                yield self._end(_failure(ErrorCode.REQUEST_CANCELLED))
            elif self._is_loss(event):
                if id.attempt == self._generation.attempt:
                    self._begin_attempt()
            else:
                yield self._end(event)

    def _is_loss(self, event: EngineEvent) -> bool:
        """An engine that goes away on purpose says so; the next one can go on."""
        if isinstance(event, Failed):
            return event.code is ErrorCode.ENGINE_LOST
        return _was_aborted(event) and not self._watch.is_stopped(look_now=True)

    def _is_cancelled(self, event: EngineEvent) -> bool:
        """An administrator has ended the request, and not its person."""
        if not _was_aborted(event) or self._watch.is_stopped(look_now=True):
            return False
        key = engine_cancelled_key(str(self._generation.request_id))
        return bool(self._link.redis.exists(key))

    def _stop(self) -> Iterator[EngineEvent]:
        """Tells the engine, and waits a moment for its last words."""
        now = self._link.clock()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
            self._set_engine_stop()
        grace = self._link.timing.engine_stop_grace if self._begun else 0.0
        if now - self._stop_asked_at >= grace:
            yield self._end(self._aborted())

    def _look_around(self) -> Iterator[EngineEvent]:
        """Why is it silent? At most once in `engine_check` seconds."""
        now = self._link.clock()
        if now - self._looked_at < self._link.timing.engine_check:
            return
        self._looked_at = now
        if self._link.redis.exists(engine_alive_key(str(self._generation.request_id))):
            self._begun = True
            self._silent_since = now
        elif self._begun:
            if now - self._silent_since >= self._link.timing.engine_lost_after:
                yield from self._note_loss()
        else:
            yield from self._wait_for_worker(now)

    def _wait_for_worker(self, now: float) -> Iterator[EngineEvent]:
        """Nobody has taken the request up yet."""
        timing = self._link.timing
        model = self._link.find_model(self._request.model)
        if model is not None and (model.ready or model.starting):
            self._served_at = now
        out_of_patience = now - self._asked_at >= timing.first_event
        if now - self._served_at >= timing.worker_grace or out_of_patience:
            self._set_engine_stop()
            yield self._end(_failure(ErrorCode.MODEL_UNAVAILABLE))
        elif model is not None and model.ready:
            yield from self._doubt_message(now)
        else:
            self._doubted_since = None

    def _doubt_message(self, now: float) -> Iterator[EngineEvent]:
        """A ready worker, an empty queue and no answer, all the while: the message was lost on its
        way, or it killed the engine that took it. One that was fetched just now, as by an engine
        that took long to start, is not in the queue either."""
        if self._link.count_waiting(engine_queue(self._request.model)):
            self._doubted_since = None
        elif self._doubted_since is None:
            self._doubted_since = now
        elif now - self._doubted_since >= self._link.timing.ring_again_after:
            yield from self._note_loss()

    def _note_loss(self) -> Iterator[EngineEvent]:
        """An engine was lost with this request, and perhaps by it."""
        generation = self._generation
        generation.losses += 1
        generation.save(update_fields=["losses"])
        if generation.losses >= self._link.max_losses:
            self._set_engine_stop()
            yield self._end(_failure(ErrorCode.ATTEMPTS_EXHAUSTED))
            return
        self._begin_attempt()

    def _begin_attempt(self) -> None:
        """Asks another engine to go on after the last token that arrived."""
        generation = self._generation
        generation.attempt += 1
        generation.resume_points[str(generation.attempt)] = str(self._last_entry())
        generation.save(update_fields=["attempt", "resume_points"])
        self._position = StreamId(generation.attempt, 0)
        self._reset_clocks()
        if self._is_last_chance:
            self._is_held_back = True
        else:
            self._ring()

    def _last_entry(self) -> StreamId:
        """The entry that all tokens so far end with, also when attempts in between said nothing."""
        if self._position.seq > 0:
            return self._position
        points = self._generation.resume_points
        return StreamId(*map(int, points.get(str(self._position.attempt), "0-0").split("-")))

    def _start_over(self) -> None:
        """The stream is gone or has holes: the old request is abandoned, a new one begins."""
        self._set_engine_stop()
        self._on_start_over()
        generation = self._generation
        generation.request_id, generation.attempt, generation.resume_points = uuid4(), 1, {}
        generation.save(update_fields=["request_id", "attempt", "resume_points"])
        self._position = StreamId(1, 0)
        self._reset_clocks()
        self._ring()

    def _ring(self) -> None:
        """Asks the engine; what is logged until the next time is about this request."""
        generation = self._generation
        bind_contextvars(request=str(generation.request_id), engine_attempt=generation.attempt)
        self._link.ring(
            replace(
                self._request,
                request_id=str(self._generation.request_id),
                attempt=self._generation.attempt,
                resume_token_ids=tuple(self._tokens),
            )
        )
        log.info("engine_asked", resumed_tokens=len(self._tokens))

    def _reset_clocks(self) -> None:
        now = self._link.clock()
        self._begun = False
        self._silent_since = self._served_at = self._asked_at = now
        self._doubted_since = None
        self._looked_at = now

    def _set_engine_stop(self) -> None:
        key = engine_stop_key(str(self._generation.request_id))
        self._link.redis.set(key, "1", ex=STREAM_TTL_SECONDS)

    def _end(self, event: EngineEvent) -> EngineEvent:
        self._ended = True
        self._apart.leave()
        return event

    def _aborted(self) -> Finished:
        usage = Usage(
            prompt_tokens=0,
            cached_tokens=0,
            completion_tokens=len(self._tokens),
            thinking_tokens=0,
            queue_ms=0.0,
            ttft_ms=0.0,
            duration_ms=0.0,
        )
        return Finished(reason=FinishReason.ABORTED, usage=usage)


def _was_aborted(event: EngineEvent) -> bool:
    return isinstance(event, Finished) and event.reason is FinishReason.ABORTED


def _failure(code: ErrorCode) -> Failed:
    return Failed(code=code, message=ERROR_INFO[code].sentence)

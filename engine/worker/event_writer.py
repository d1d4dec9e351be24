"""Writes event batches to the requests' streams, from a thread of its own.

The engine's thread only appends to an outbox. A flush is one pipeline for all requests, every 25 ms
while there is much to say; what comes after a quiet time, as the first words of an answer do, goes
out at once. While Redis is away the same entries are sent again, in order, until it is back.

Entry ids are `<attempt>-<seq>`, so Redis refuses what is already there and what an older attempt
writes. A refused entry was written before, if the stream's last one is of the same attempt, which
only its claimant writes; otherwise a newer attempt took over and this one is aborted.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from engine.protocol import ERROR_INFO, ErrorCode, EventBatch, Failed
from engine.protocol.codec import encode_batch
from engine.protocol.names import STREAM_TTL_SECONDS, engine_alive_key, engine_stream
from engine.worker.active_requests import ActiveRequest, ActiveRequests
from engine.worker.outbox import Outbox, is_terminal
from engine.worker.redis_access import PASSING_ERRORS, passes_by_itself

FLUSH_SECONDS = 0.025
# So many flushes may follow each other without a pause, once it was quiet for that many pauses.
EAGER_FLUSHES = 4
FIRST_BACKOFF_SECONDS = 0.05
LAST_BACKOFF_SECONDS = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One stream entry on its way."""

    outbox: Outbox
    seq: int
    payload: bytes
    terminal: bool

    @property
    def stream(self) -> str:
        """The key it goes to."""
        return engine_stream(self.outbox.active.request_id)

    @property
    def id(self) -> str:
        """Its place in the stream."""
        return f"{self.outbox.active.attempt}-{self.seq}"


class EventWriter:
    """Owns the writing thread. `abort` ends a request whose stream belongs to someone else."""

    def __init__(
        self, redis: Redis, active_requests: ActiveRequests, abort: Callable[[str], None]
    ) -> None:
        self._redis = redis
        self._active_requests = active_requests
        self._abort = abort
        self._outboxes: dict[ActiveRequest, Outbox] = {}
        self._wake = threading.Condition()
        self._dirty: dict[ActiveRequest, Outbox] = {}
        self._stopping = threading.Event()
        self._give_up = threading.Event()
        self._next_flush_at = 0.0
        self._thread = threading.Thread(target=self._run, name="event-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def open(self, active: ActiveRequest) -> Callable[[EventBatch], None]:
        """The sink of one attempt. It never waits for Redis."""
        outbox = self._outboxes[active] = Outbox(active)

        def put(batch: EventBatch) -> None:
            if outbox.put(batch):
                with self._wake:
                    self._dirty[active] = outbox
                    self._wake.notify()
            elif outbox.muted and is_terminal(batch):
                self._end(outbox)

        return put

    def mute(self, active: ActiveRequest) -> None:
        """Tell nothing more of an attempt that another one follows; it still ends."""
        outbox = self._outboxes.get(active)
        if outbox is not None:
            outbox.mute()

    def stop(self, timeout_seconds: float) -> None:
        """Write what is left, but no longer than the timeout, and end the thread."""
        self._stopping.set()
        with self._wake:
            self._wake.notify()
        self._thread.join(timeout_seconds)
        self._give_up.set()
        self._thread.join()

    def _run(self) -> None:
        while outboxes := self._wait_for_outboxes():
            entries = [entry for outbox in outboxes if (entry := self._next_entry(outbox))]
            self._write_until_done(entries)
            self._stopping.wait(self._pause_seconds())

    def _pause_seconds(self) -> float:
        now = time.monotonic()
        earliest = now - EAGER_FLUSHES * FLUSH_SECONDS
        self._next_flush_at = max(self._next_flush_at, earliest) + FLUSH_SECONDS
        return max(self._next_flush_at - now, 0.0)

    def _wait_for_outboxes(self) -> list[Outbox]:
        """The outboxes with content; empty when it is time to end."""
        with self._wake:
            self._wake.wait_for(lambda: self._dirty or self._stopping.is_set())
            outboxes, self._dirty = list(self._dirty.values()), {}
            return outboxes

    def _next_entry(self, outbox: Outbox) -> Entry | None:
        batch = outbox.take()
        if batch is None:
            return None
        try:
            payload = encode_batch(batch).encode()
        except (TypeError, ValueError, RecursionError):
            logger.exception("A batch is no JSON", extra=_ids(outbox))
            self._abort(outbox.active.request_id)
            code = ErrorCode.INTERNAL_ERROR
            batch = EventBatch(events=(Failed(code=code, message=ERROR_INFO[code].sentence),))
            payload = encode_batch(batch).encode()
        return Entry(outbox, outbox.last_seq, payload, is_terminal(batch))

    def _write_until_done(self, entries: list[Entry]) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while entries:
            entries = self._write(entries)
            if not entries:
                return
            if self._give_up.wait(backoff):
                logger.error("%d stream entries are lost: Redis does not answer", len(entries))
                for entry in entries:
                    self._end(entry.outbox)
                return
            backoff = min(2 * backoff, LAST_BACKOFF_SECONDS)

    def _write(self, entries: list[Entry]) -> list[Entry]:
        """Sends the entries once; returns those to be sent again."""
        pipeline = self._redis.pipeline(transaction=False)
        for entry in entries:
            _add_to(pipeline, entry)
        try:
            results = pipeline.execute(raise_on_error=False)
            answers = results[::2]
            return [
                entry
                for entry, answer in zip(entries, answers, strict=True)
                if not self._settle(entry, answer)
            ]
        except PASSING_ERRORS as error:
            logger.warning("Redis does not take events: %s", error)
            return entries

    def _settle(self, entry: Entry, answer: Any) -> bool:
        """Takes note of Redis's answer to one entry; False if it must be sent again."""
        if passes_by_itself(answer):
            return False
        if isinstance(answer, RedisError):
            if not self._was_written_before(entry, answer):
                self._lose(entry, str(answer))
                return True
        elif answer is None:
            self._lose(entry, "the stream is gone")
            return True
        if entry.terminal:
            self._redis.delete(engine_alive_key(entry.outbox.active.request_id))
            self._end(entry.outbox)
        return True

    def _was_written_before(self, entry: Entry, error: RedisError) -> bool:
        if not isinstance(error, ResponseError) or "equal or smaller" not in str(error):
            return False
        newest: Any = self._redis.xrevrange(entry.stream, count=1)
        attempt, _, seq = newest[0][0].partition("-") if newest else ("", "", "0")
        return attempt == str(entry.outbox.active.attempt) and int(seq) >= entry.seq

    def _lose(self, entry: Entry, reason: str) -> None:
        """The stream is not ours any more: nobody would read the rest."""
        logger.warning("Entry %s is refused: %s", entry.id, reason, extra=_ids(entry.outbox))
        self._abort(entry.outbox.active.request_id)
        self._end(entry.outbox)

    def _end(self, outbox: Outbox) -> None:
        outbox.close()
        self._outboxes.pop(outbox.active, None)
        self._active_requests.remove(outbox.active)


def _ids(outbox: Outbox) -> dict[str, object]:
    return {"request": outbox.active.request_id, "attempt": outbox.active.attempt}


def _add_to(pipeline: Any, entry: Entry) -> None:
    """Two commands an entry. Only the first entry may make the stream: a later one would make a
    stream without a beginning, if Redis lost its data in between."""
    first = entry.seq == 1
    pipeline.xadd(entry.stream, {"batch": entry.payload}, id=entry.id, nomkstream=not first)
    pipeline.expire(entry.stream, STREAM_TTL_SECONDS)

"""Watches what people ask of running requests (stop, skip the thinking), in a thread of its own.

One MGET for all flags of all requests, at the beginning of every step (`note_step`), at least every
8 ms, and only while there are requests. It travels while the model computes: a flag that was set
during one step is seen during the next, and frees its slot before the one after that is computed,
unless this thread gets no core for so long.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import engine_end_thinking_key, engine_stop_key
from engine.worker.active_requests import ActiveRequest, ActiveRequests

POLL_SECONDS = 0.008
POLL_SECONDS_WITHOUT_REDIS = 0.5
IDLE_SECONDS = 0.5
logger = logging.getLogger(__name__)


class FlagWatcher:
    """Calls `abort` for every request that somebody wants stopped, again until it has ended, and
    `end_thinking` once for every time that somebody has asked for it."""

    def __init__(
        self,
        redis: Redis,
        active_requests: ActiveRequests,
        *,
        abort: Callable[[str], None],
        end_thinking: Callable[[str], None],
    ) -> None:
        self._redis = redis
        self._active_requests = active_requests
        self._abort = abort
        self._end_thinking = end_thinking
        self._acted_on: dict[ActiveRequest, str] = {}
        self._stopping = threading.Event()
        self._step_begins = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flag-watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def note_step(self) -> tuple[str, ...]:
        """The engine begins a step: look now, in the watcher's thread. Names nobody by itself."""
        self._step_begins.set()
        return ()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._step_begins.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._active_requests.wait_for_some(IDLE_SECONDS):
                self._step_begins.wait(POLL_SECONDS)
                self._step_begins.clear()
                self._stopping.wait(self._poll())

    def _poll(self) -> float:
        """Looks at the flags once; returns how long to wait before the next look."""
        held = self._active_requests.held()
        if not held:
            return 0.0
        try:
            stops, ends_of_thinking = self._read_flags([active.request_id for active in held])
        except RedisError as error:
            logger.warning("Flags cannot be read: %s", error)
            return POLL_SECONDS_WITHOUT_REDIS
        for active, stop in zip(held, stops, strict=True):
            if stop is not None:
                self._abort(active.request_id)
        self._act_on_ends_of_thinking(dict(zip(held, ends_of_thinking, strict=True)))
        return 0.0

    def _read_flags(self, request_ids: Sequence[str]) -> tuple[list[str | None], list[str | None]]:
        keys = [*map(engine_stop_key, request_ids), *map(engine_end_thinking_key, request_ids)]
        flags: Any = self._redis.mget(keys)
        return flags[: len(request_ids)], flags[len(request_ids) :]

    def _act_on_ends_of_thinking(self, wishes: dict[ActiveRequest, str | None]) -> None:
        """The flag stays, since an attempt that takes over from a lost one must know of it; so each
        value is remembered. An engine that does not have the request yet would pass it over."""
        acted_on = self._acted_on
        self._acted_on = {active: acted_on[active] for active in wishes if active in acted_on}
        for active, wish in wishes.items():
            is_new = wish is not None and wish != self._acted_on.get(active)
            if wish is not None and is_new and active.submitted.is_set():
                self._acted_on[active] = wish
                self._end_thinking(active.request_id)

"""Which children live but do nothing: the process is there, its heartbeat is not.

A worker that hangs is worse than one that ends, because nothing starts it again. So a child counts
as hung that has once been heard and then is silent for `SILENT_SECONDS`, an engine that has
requests running and makes no step for `STUCK_SECONDS`, and one that is ready and has not asked the
queue for work for `DEAF_SECONDS`. What cannot be looked at (Redis is away) or cannot be said (its
disk is full, so it takes no heartbeat) is no sign of anything.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engine.protocol import WorkerState
from engine.protocol.names import SUPERVISOR_KEY, TURNS_WORKER_KEY, WORKER_TTL_SECONDS, worker_key
from webapp.rendering.names import RENDER_WORKER_KEY
from webapp.serving.child_process import ChildProcess

SILENT_SECONDS = 5.0
STUCK_SECONDS = 120.0
DEAF_SECONDS = 60.0
_PLAIN_KEYS = {"turns": TURNS_WORKER_KEY, "render": RENDER_WORKER_KEY}


@dataclass(frozen=True, slots=True)
class Beat:
    """What a child was last heard to say. `steps` is None where nothing is counted; `polled_at`,
    when it last asked the queue, where it does not tell or need not ask now."""

    steps: int | None = None
    is_busy: bool = False
    polled_at: float | None = None


@dataclass(frozen=True, slots=True)
class Hung:
    """A child that does nothing, and how that shows, as a sentence."""

    name: str
    reason: str


@dataclass(slots=True)
class _Heard:
    at: float
    moved_at: float
    polled_at: float
    beat: Beat


class HeartbeatWatch:
    """Remembers when each child was heard. Pure: beats and the clock come in."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}

    def note(self, beats: Mapping[str, Beat], now: float) -> list[Hung]:
        """Take what was heard at the monotonic time `now`; returns the hung children, which are
        forgotten, so that each is named once and starts anew."""
        for name, beat in beats.items():
            self._hear(name, beat, now)
        found = [(name, _find_fault(heard, now)) for name, heard in self._heard.items()]
        hung = [Hung(name, reason) for name, reason in found if reason is not None]
        for one in hung:
            self.forget(one.name)
        return hung

    def forget(self, name: str) -> None:
        """The child is being started again: silence is expected."""
        self._heard.pop(name, None)

    def hold(self, now: float) -> None:
        """Nothing could be heard, through no fault of the children."""
        for heard in self._heard.values():
            heard.at = heard.moved_at = heard.polled_at = now

    def _hear(self, name: str, beat: Beat, now: float) -> None:
        before = self._heard.get(name)
        if before is None:
            self._heard[name] = _Heard(now, now, now, beat)
            return
        moved = beat.steps != before.beat.steps or not beat.is_busy
        polled = beat.polled_at is None or beat.polled_at != before.beat.polled_at
        self._heard[name] = _Heard(
            now, now if moved else before.moved_at, now if polled else before.polled_at, beat
        )


def _find_fault(heard: _Heard, now: float) -> str | None:
    if now - heard.at > SILENT_SECONDS:
        return "It lived, but its heartbeat had stopped."
    if now - heard.moved_at > STUCK_SECONDS:
        return f"It had requests running and made no step for {STUCK_SECONDS:.0f} s."
    if now - heard.polled_at > DEAF_SECONDS:
        return f"It was ready and did not ask the queue for work for {DEAF_SECONDS:.0f} s."
    return None


def read_beats(client: Redis, engines: Mapping[str, int]) -> dict[str, Beat]:
    """The beats that are in Redis now, by the child's name. `engines` holds the process id of each
    running engine by its worker id: what a process before it said is not its own. Raises
    RedisError."""
    beats = {name: Beat() for name, key in _PLAIN_KEYS.items() if client.exists(key)}
    for worker_id, pid in engines.items():
        status = json.loads(client.get(worker_key(worker_id)) or "{}")
        if status.get("pid") == pid:
            beats[worker_id.partition("@")[0]] = _read_engine_beat(status)
    return beats


def _read_engine_beat(status: Mapping[str, Any]) -> Beat:
    asks = status["state"] == WorkerState.READY and status.get("polled_at", 0.0) > 0
    return Beat(
        steps=status["steps"],
        is_busy=status["running"] > 0,
        polled_at=status["polled_at"] if asks else None,
    )


def connect_for_beats(url: str) -> Redis:
    """A client that gives up at once, since the supervisor must not wait."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )


class HeartbeatReader:
    """Looks once a second, and names the children that hang."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._watch = HeartbeatWatch()
        self._looked_at = 0.0
        self._pids: dict[str, int] = {}

    def find_hung(self, running: Sequence[ChildProcess], now: float) -> list[Hung]:
        """Which of the `running` children hang, at most once a second."""
        if now - self._looked_at < 1.0:
            return []
        self._looked_at = now
        self._forget_ended(running)
        engines = {one.spec.worker_id: one.process.pid for one in running if one.spec.worker_id}
        # The word of a process that has ended stands for a while, and is not its successor's: it
        # would be heard once more and then never again, and so end a successor that only starts.
        grown = {one.spec.name for one in running if now - one.started_at >= WORKER_TTL_SECONDS}
        try:
            # Where this cannot be written, no child's heartbeat can.
            self._client.set(SUPERVISOR_KEY, f"{time.time():.3f}", ex=WORKER_TTL_SECONDS)
            beats = read_beats(self._client, engines)
        except (RedisError, OSError, ValueError, LookupError, TypeError, AttributeError):
            self._watch.hold(now)
            return []
        own = {n: b for n, b in beats.items() if n in grown or n not in _PLAIN_KEYS}
        return self._watch.note(own, now)

    def _forget_ended(self, running: Sequence[ChildProcess]) -> None:
        pids = {one.spec.name: one.process.pid for one in running}
        for name, pid in self._pids.items():
            if pids.get(name) != pid:
                self._watch.forget(name)
        self._pids = pids

"""Which children live but do nothing: the process is there, its heartbeat is not.

A worker that hangs is worse than one that ends, because nothing starts it again. So a child that
has once been heard and then is silent for `SILENT_SECONDS` counts as hung, and so does an engine
that has requests running and makes no step for `STUCK_SECONDS`. What cannot be looked at (Redis is
away) is no sign of anything.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engine.protocol.names import TURNS_WORKER_KEY, WORKER_KEY_PATTERN
from webapp.rendering.names import RENDER_WORKER_KEY

SILENT_SECONDS = 5.0
STUCK_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Beat:
    """What a child was last heard to say; `steps` is None where nothing is counted."""

    steps: int | None = None
    is_busy: bool = False


@dataclass(slots=True)
class _Heard:
    at: float
    moved_at: float
    beat: Beat


class HeartbeatWatch:
    """Remembers when each child was heard. Pure: beats and the clock come in."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}

    def note(self, beats: Mapping[str, Beat], now: float) -> list[str]:
        """Take what was heard at the monotonic time `now`; returns the names of hung children,
        which are forgotten, so that each is named once and starts anew."""
        for name, beat in beats.items():
            before = self._heard.get(name)
            moved = before is None or beat.steps != before.beat.steps or not beat.is_busy
            self._heard[name] = _Heard(
                now, now if moved or before is None else before.moved_at, beat
            )
        hung = [name for name, heard in self._heard.items() if self._is_hung(heard, now)]
        for name in hung:
            self.forget(name)
        return hung

    def forget(self, name: str) -> None:
        """The child is being started again: silence is expected."""
        self._heard.pop(name, None)

    def hold(self, now: float) -> None:
        """Nothing could be heard, through no fault of the children."""
        for heard in self._heard.values():
            heard.at = heard.moved_at = now

    def _is_hung(self, heard: _Heard, now: float) -> bool:
        return now - heard.at > SILENT_SECONDS or now - heard.moved_at > STUCK_SECONDS


def read_beats(client: Redis, engine_pid: int) -> dict[str, Beat]:
    """The beats that are in Redis now. Raises RedisError."""
    beats = {}
    if client.exists(TURNS_WORKER_KEY):
        beats["turns"] = Beat()
    if client.exists(RENDER_WORKER_KEY):
        beats["render"] = Beat()
    for key in client.scan_iter(match=WORKER_KEY_PATTERN, count=1000):
        status = json.loads(client.get(key) or "{}")
        if status.get("pid") == engine_pid:
            beats["engine"] = Beat(steps=status["steps"], is_busy=status["running"] > 0)
    return beats


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

    def __init__(self, url: str) -> None:
        self._client = connect_for_beats(url)
        self._watch = HeartbeatWatch()
        self._looked_at = 0.0

    def find_hung(self, engine_pid: int, now: float) -> list[str]:
        """Names of children that hang, at most once a second."""
        if now - self._looked_at < 1.0:
            return []
        self._looked_at = now
        try:
            return self._watch.note(read_beats(self._client, engine_pid), now)
        except (RedisError, OSError, ValueError, KeyError, TypeError):
            self._watch.hold(now)
            return []

"""What runs where: the engine requests of open turns, by the worker that holds each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redis import Redis

from engine.protocol.names import engine_alive_key
from webapp.generation.models import OPEN_STATES, Generation, GenerationState
from webapp.workers.wire import RunningRequest

MOST_REQUESTS = 2000


@dataclass(frozen=True, slots=True)
class RequestsNow:
    """`held` are requests by worker, the oldest first; `waiting_since` is, for each model, when the
    oldest request was made that no worker holds (Unix seconds)."""

    held: Mapping[str, Sequence[RunningRequest]]
    waiting_since: Mapping[str, float]


def read_requests(redis: Redis) -> RequestsNow:
    """Look once, at the oldest `MOST_REQUESTS`."""
    rows = Generation.objects.filter(
        state=GenerationState.RUNNING, turn__state__in=OPEN_STATES
    ).order_by("created_at")
    found = list(rows.values_list("request_id", "turn_id", "created_at", "turn__model"))
    found = found[:MOST_REQUESTS]
    keys = [engine_alive_key(str(request)) for request, *_ in found]
    held: dict[str, list[RunningRequest]] = {}
    waiting: dict[str, float] = {}
    for (request, turn, at, model), worker in zip(
        found, redis.mget(keys) if keys else [], strict=True
    ):
        since = at.timestamp()
        if worker is None:
            waiting.setdefault(model, since)
        else:
            entry = RunningRequest(id=str(request), turn=str(turn), since=since)
            held.setdefault(str(worker), []).append(entry)
    return RequestsNow(held, waiting)

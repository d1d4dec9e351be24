"""Tells those whom no turns worker has taken up yet their place in line, until one does.

The events stand in the turn's stream as those of attempt 0, so that the first entry of the worker
that takes the turn up ends them for certain. From there on the engine tells the place in its line.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from engine.protocol.names import turn_stream
from webapp.catalog.selectors import list_worker_statuses
from webapp.core.events import TurnPhase, TurnStatus
from webapp.core.redis import redis_client
from webapp.core.streams import Fenced, StreamId, append
from webapp.generation.fairness import OpenTurn, list_line
from webapp.generation.turn_stream import encode_entry

# Whoever is taken up at once is told nothing.
PATIENCE = timedelta(seconds=0.5)


class LineCaller:
    """Call it again and again. It remembers what it has told, so that only changes are."""

    def __init__(
        self, clock: Callable[[], float] = time.time, patience: timedelta = PATIENCE
    ) -> None:
        """`clock` gives Unix seconds, which make the ids of several callers rise; nobody is told
        before having waited for `patience`."""
        self._clock = clock
        self._patience = patience
        self._told: dict[UUID, int] = {}

    def __call__(self) -> None:
        """Tell all places that have changed."""
        line = list_line()
        places = {turn.id: place for turn, place in _places(line)} if line else {}
        eldest = timezone.now() - self._patience
        for turn in line:
            if turn.created_at < eldest and self._told.get(turn.id) != places[turn.id]:
                self._tell(turn.id, places[turn.id])
        self._told = {id: place for id, place in self._told.items() if id in places}

    def _tell(self, turn: UUID, place: int) -> None:
        status = TurnStatus(phase=TurnPhase.QUEUED, position=place)
        id = StreamId(0, int(self._clock() * 1000))
        try:
            append(redis_client(), turn_stream(str(turn)), id, encode_entry(status), begin=True)
        except Fenced:
            return
        self._told[turn] = place


def _places(line: list[OpenTurn]) -> list[tuple[OpenTurn, int]]:
    """Each with its place, behind those that wait for an engine of its model."""
    in_engines: Counter[str] = Counter()
    for status in list_worker_statuses():
        in_engines[status.model] += status.waiting
    return [(turn, in_engines[turn.model] + place) for place, turn in enumerate(line, start=1)]

"""Whose turn it is: among those who wait, persons take turns; asking for much delays oneself only.

What stands here is pure but for two queries; the engine orders its own line by the same idea.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac

from webapp.generation.models import OPEN_STATES, Turn, TurnState

# The first of `order_fairly`, as a part of a statement; its parameter is the number of attempts at
# which a turn is given up.
NEXT_IN_LINE = """
SELECT id FROM (
  SELECT id, created_at, state, attempt, ROW_NUMBER() OVER (
    PARTITION BY owner_id ORDER BY CASE state WHEN 'queued' THEN 1 ELSE 0 END, created_at, id
  ) AS place
  FROM generation_turn WHERE state IN ('queued', 'running')
) AS line
WHERE state = 'queued' AND attempt < %s ORDER BY place, created_at, id LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTurn:
    """What the line knows of a turn that waits or is being written."""

    id: UUID
    owner: UUID
    model: str
    created_at: datetime
    is_waiting: bool


def fairness_key(owner: UUID) -> str:
    """The same text for all requests of one person, from which nobody can tell the person."""
    return salted_hmac("atelier.fairness", str(owner)).hexdigest()[:16]


def list_line() -> list[OpenTurn]:
    """The turns that wait for a turns worker, the next one first."""
    rows = Turn.objects.filter(state__in=OPEN_STATES).order_by("created_at")
    fields = ("pk", "owner_id", "model", "created_at", "state")
    return order_fairly(
        OpenTurn(
            id=id, owner=owner, model=model, created_at=at, is_waiting=state == TurnState.QUEUED
        )
        for id, owner, model, at, state in rows.values_list(*fields)
    )


def order_fairly(turns: Iterable[OpenTurn]) -> list[OpenTurn]:
    """Those of `turns` (by age, the oldest first) that wait, in the order in which they are taken.

    Who has the fewest others being written or ahead goes first; among equals, who came first.
    """
    ahead: Counter[UUID] = Counter()
    waiting: defaultdict[UUID, list[OpenTurn]] = defaultdict(list)
    for turn in turns:
        if turn.is_waiting:
            waiting[turn.owner].append(turn)
        else:
            ahead[turn.owner] += 1
    places = [
        (ahead[owner] + number, turn.created_at, turn.id, turn)
        for owner, own in waiting.items()
        for number, turn in enumerate(own)
    ]
    return [turn for *_, turn in sorted(places, key=lambda place: place[:3])]

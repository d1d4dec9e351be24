"""Who writes a turn: claims by compare-and-set, and a lease that a thread keeps alive."""

import threading
from types import TracebackType
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from webapp.core.periodic import PeriodicThread
from webapp.generation.fairness import list_line
from webapp.generation.models import Turn, TurnState
from webapp.generation.timing import Timing


class LeaseLost(Exception):
    """Another worker holds the turn, or it has ended: this one must leave without a word."""


class TurnReleased(Exception):
    """This worker is shutting down: the turn is left for another one."""


def claim_next(rung_for: UUID, timing: Timing) -> Turn | None:
    """Takes up what a ring is for: the turn `rung_for` if its worker has died, else whichever turn
    is the next in line. There is a ring for every turn that waits, so none is left over. None if
    there is nothing to do."""
    lost = _claim(rung_for, Q(state=TurnState.RUNNING, lease_until__lt=timezone.now()), timing)
    if lost is not None:
        return lost
    for waiting in list_line():
        claimed = _claim(waiting.id, Q(state=TurnState.QUEUED), timing)
        if claimed is not None:
            return claimed
    return None


def _claim(turn_id: UUID, free: Q, timing: Timing) -> Turn | None:
    now = timezone.now()
    claimed = Turn.objects.filter(free, pk=turn_id, attempt__lt=settings.TURN_MAX_ATTEMPTS).update(
        state=TurnState.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + timing.lease_duration,
        started_at=Coalesce(F("started_at"), now),
    )
    if not claimed:
        return None
    rows = Turn.objects.select_related("conversation", "user_message", "assistant_message")
    return rows.get(pk=turn_id)


def release_turn(turn: Turn, timing: Timing) -> None:
    """Gives the claim back, so that the next reconciler has the turn taken up again at once."""
    now = timezone.now()
    _held(turn).update(lease_until=now, rung_at=now - timing.lease_duration)


def _held(turn: Turn) -> QuerySet[Turn]:
    return Turn.objects.filter(pk=turn.pk, attempt=turn.attempt, state=TurnState.RUNNING)


class LeaseKeeper:
    """Renews the lease in a thread while the `with` block runs; `lost` says that it failed."""

    def __init__(self, turn: Turn, timing: Timing) -> None:
        self._turn = turn
        self._timing = timing
        self._lost = threading.Event()
        self._thread = PeriodicThread("turn-lease", timing.lease_renewal, self._renew)

    @property
    def lost(self) -> bool:
        """True once the row says that this attempt is not the one any more."""
        return self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.stop()

    def _renew(self) -> None:
        until = timezone.now() + self._timing.lease_duration
        if not _held(self._turn).update(lease_until=until):
            self._lost.set()

"""Who writes a turn: claims by compare-and-set, and a lease that a thread keeps alive."""

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.core.parameters import id_parameter, time_parameter
from webapp.core.periodic import PeriodicThread
from webapp.generation.fairness import NEXT_IN_LINE
from webapp.generation.models import Generation, Turn, TurnState
from webapp.generation.timing import Timing

_CLAIM = f"""
UPDATE generation_turn
SET state = 'running', attempt = attempt + 1, lease_until = %s,
    started_at = COALESCE(started_at, %s)
WHERE id = COALESCE(
    (SELECT id FROM generation_turn
      WHERE id = %s AND state = 'running' AND lease_until < %s AND attempt < %s),
    ({NEXT_IN_LINE}))
  AND (state = 'queued' OR state = 'running' AND lease_until < %s)
RETURNING *
"""  # nosec B608 (constants of this program only)


class LeaseLost(Exception):
    """Another worker holds the turn, or it has ended: this one must leave without a word."""


class TurnReleased(Exception):
    """This worker is shutting down: the turn is left for another one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A turn that this worker has taken up; `generation` is its first one, made with the first
    claim, so that nobody has asked for it yet. None for a later attempt."""

    turn: Turn
    generation: Generation | None


def claim_next(rung_for: UUID, timing: Timing) -> Claim | None:
    """Takes up what a ring is for: the turn `rung_for` if its worker has died, else whichever turn
    is the next in line. There is a ring for every turn that waits, so none is left over. None if
    there is nothing to do."""
    while True:
        with transaction.atomic():
            turn = _claim(rung_for, timing)
            if turn is not None:
                is_first = turn.attempt == 1
                made = Generation.objects.create(turn=turn, ordinal=1) if is_first else None
                return Claim(turn, made)
        # Where claims may go on side by side, another one may have been quicker.
        waiting = Turn.objects.filter(state=TurnState.QUEUED)
        if not waiting.filter(attempt__lt=settings.TURN_MAX_ATTEMPTS).exists():
            return None


def _claim(rung_for: UUID, timing: Timing) -> Turn | None:
    """One statement, so that claims of several workers need not be tried in vain."""
    now, most = time_parameter(timezone.now()), settings.TURN_MAX_ATTEMPTS
    until = time_parameter(timezone.now() + timing.lease_duration)
    lost = (id_parameter(rung_for), now, most)
    return next(iter(Turn.objects.raw(_CLAIM, [until, now, *lost, most, now])), None)


def release_turn(turn: Turn, timing: Timing) -> None:
    """Gives the claim back, so that the next reconciler has the turn taken up again at once."""
    now = timezone.now()
    _held(turn).update(lease_until=now, rung_at=now - timing.lease_duration)


def _held(turn: Turn) -> QuerySet[Turn]:
    return Turn.objects.filter(pk=turn.pk, attempt=turn.attempt, state=TurnState.RUNNING)


class LeaseKeeper:
    """Renews the lease in a thread, from `keep` until the `with` block ends; `lost` says that it
    failed. A claim lasts for longer than it takes to begin, and starting a thread takes time, so
    `keep` may follow when the engine has been asked."""

    def __init__(self, turn: Turn, timing: Timing) -> None:
        self._turn = turn
        self._timing = timing
        self._lost = threading.Event()
        self._thread = PeriodicThread("turn-lease", timing.lease_renewal, self._renew)
        self._is_kept = False

    @property
    def lost(self) -> bool:
        """True once the row says that this attempt is not the one any more."""
        return self._lost.is_set()

    def keep(self) -> None:
        """Begins to renew; does nothing the second time."""
        if not self._is_kept:
            self._is_kept = True
            self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_kept:
            self._thread.stop()

    def _renew(self) -> None:
        until = timezone.now() + self._timing.lease_duration
        if not _held(self._turn).update(lease_until=until):
            self._lost.set()

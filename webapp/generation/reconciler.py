"""Rings again for what nobody holds, ends what nobody can do, and clears away what is over."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from engine.protocol import ErrorCode
from engine.protocol.names import TURNS_QUEUE
from webapp.artifacts.services import purge_orphaned_blobs
from webapp.conversations.services import purge_deleted_conversations
from webapp.exports.reconciler import reconcile_exports
from webapp.generation.doorbell import count_waiting, ring_turn
from webapp.generation.endings import Ending
from webapp.generation.finishing import end_unclaimed, publish_ending
from webapp.generation.models import OPEN_STATES, Turn, TurnState
from webapp.publications.services import remove_stale_files
from webapp.rendering.thumbnails import purge_thumbnails

UNHEARD_AFTER = timedelta(seconds=3)
UNPUBLISHED_AFTER = timedelta(seconds=5)
log = structlog.get_logger(__name__)


def reconcile() -> None:
    """One round. Every step is compare-and-set, so several workers may do it at once."""
    _ring_for_unheard()
    _take_from_lost()
    _publish_unpublished()
    reconcile_exports()
    if purge_deleted_conversations():
        purge_orphaned_blobs()
        purge_thumbnails()
        remove_stale_files()


def _ring_for_unheard() -> None:
    """Queued turns whose message seems lost: the doorbell's queue is empty and they still wait."""
    oldest = timezone.now() - UNHEARD_AFTER
    waiting = Turn.objects.filter(state=TurnState.QUEUED, rung_at__lt=oldest)
    if waiting.exists() and not count_waiting(TURNS_QUEUE):
        for turn in waiting.order_by("created_at"):
            _ring(turn)


def _take_from_lost() -> None:
    """Turns whose worker died: another attempt, or the end when there were too many."""
    now = timezone.now()
    lost = Turn.objects.filter(state=TurnState.RUNNING, lease_until__lt=now)
    for turn in lost.select_related("conversation"):
        if turn.attempt >= settings.TURN_MAX_ATTEMPTS:
            log.warning("turn_attempts_exhausted", turn=str(turn.pk))
            end_unclaimed(turn=turn, ending=Ending.failed(ErrorCode.ATTEMPTS_EXHAUSTED))
        elif turn.rung_at < now - UNHEARD_AFTER:
            _ring(turn)


def _publish_unpublished() -> None:
    """Ended turns whose worker died between the row and the terminal event."""
    oldest = timezone.now() - UNPUBLISHED_AFTER
    ended = Turn.objects.filter(stream_closed=False, finished_at__lt=oldest)
    rows = ended.exclude(state__in=OPEN_STATES).select_related("assistant_message")
    for turn in rows:
        publish_ending(turn)


def _ring(turn: Turn) -> None:
    rung = Turn.objects.filter(pk=turn.pk, rung_at=turn.rung_at).update(rung_at=timezone.now())
    if rung:
        ring_turn(turn.pk)

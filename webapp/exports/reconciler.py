"""Rings again for exports that nobody holds, ends those that nobody can make, clears away."""

from datetime import timedelta

import structlog
from django.utils import timezone

from engine.protocol import ErrorCode
from webapp.exports.doorbell import count_waiting, ring_export
from webapp.exports.leases import MAX_ATTEMPTS, fail_export
from webapp.exports.models import Export, ExportState
from webapp.exports.services import purge_expired_exports

UNHEARD_AFTER = timedelta(seconds=3)
UNSERVED_AFTER = timedelta(minutes=10)
log = structlog.get_logger(__name__)


def reconcile_exports() -> None:
    """One round. Every step is compare-and-set, so several workers may do it at once."""
    _ring_for_unheard()
    _take_from_lost()
    purge_expired_exports()


def _ring_for_unheard() -> None:
    """Exports whose message seems lost, and those that no worker came for."""
    now = timezone.now()
    waiting = Export.objects.filter(state=ExportState.QUEUED)
    waiting.filter(created_at__lt=now - UNSERVED_AFTER, attempt=0).update(
        state=ExportState.FAILED,
        text="Failed",
        error_code=ErrorCode.SERVICE_UNAVAILABLE.value,
        error_message="The worker that makes files does not run; ask the administrator.",
    )
    unheard = waiting.filter(rung_at__lt=now - UNHEARD_AFTER)
    if unheard.exists() and not count_waiting():
        for export in unheard.order_by("created_at"):
            _ring(export)


def _take_from_lost() -> None:
    """Exports whose worker died: once more, then the end."""
    now = timezone.now()
    lost = Export.objects.filter(state=ExportState.RUNNING, lease_until__lt=now)
    for export in lost:
        if export.attempt >= MAX_ATTEMPTS:
            log.warning("export_attempts_exhausted", export=str(export.pk))
            message = "The worker that made the file ended twice; try again later."
            fail_export(export, ErrorCode.ATTEMPTS_EXHAUSTED, message, None)
        elif export.rung_at < now - UNHEARD_AFTER:
            _ring(export)


def _ring(export: Export) -> None:
    rung = Export.objects.filter(pk=export.pk, rung_at=export.rung_at).update(
        rung_at=timezone.now()
    )
    if rung:
        ring_export(export.pk)

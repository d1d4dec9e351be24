"""Who makes an export: claims and endings by compare-and-set on state and attempt."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from engine.protocol import ErrorCode
from webapp.exports.contents import ExportedFile, Progress
from webapp.exports.models import Export, ExportState
from webapp.exports.storage import keep_file, remove_file

LEASE = timedelta(seconds=20)
MAX_ATTEMPTS = 2


def claim_export(id: UUID) -> Export | None:
    """Takes the export up if it waits or its lease has run out; None if somebody else has it."""
    now = timezone.now()
    free = Q(state=ExportState.QUEUED) | Q(state=ExportState.RUNNING, lease_until__lt=now)
    claimed = Export.objects.filter(free, pk=id, attempt__lt=MAX_ATTEMPTS).update(
        state=ExportState.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + LEASE,
        text="Starting",
    )
    return Export.objects.get(pk=id) if claimed else None


def keep_lease(export: Export, progress: Progress) -> bool:
    """Writes how far it is; False when it was cancelled or taken over, so that it must end."""
    return _update(
        export,
        lease_until=timezone.now() + LEASE,
        done=progress.done,
        total=progress.total,
        text=progress.text[:200],
    )


def finish_export(export: Export, file: ExportedFile, progress: Progress) -> bool:
    """Keeps the file and says that it is there; False if that is not wanted any more."""
    keep_file(export.pk, file.data)
    finished = _update(
        export,
        state=ExportState.DONE,
        done=progress.total,
        total=progress.total,
        text="Done",
        report=[asdict(line) for line in progress.lines],
        file_name=file.name,
        media_type=file.type.media_type,
        file_bytes=len(file.data),
    )
    if not finished and not Export.objects.filter(pk=export.pk, state=ExportState.DONE).exists():
        remove_file(export.pk)
    return finished


def fail_export(export: Export, code: ErrorCode, message: str, progress: Progress | None) -> bool:
    """Ends the export with a sentence."""
    lines = progress.lines if progress else []
    return _update(
        export,
        state=ExportState.FAILED,
        text="Failed",
        error_code=code.value,
        error_message=message[:500],
        report=[asdict(line) for line in lines],
    )


def release_export(export: Export) -> bool:
    """Leaves the export for another worker, at once."""
    return _update(export, lease_until=timezone.now(), text="Waiting")


def _update(export: Export, **values: Any) -> bool:
    held = Export.objects.filter(pk=export.pk, attempt=export.attempt, state=ExportState.RUNNING)
    return bool(held.update(**values))

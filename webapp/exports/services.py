"""Starting, cancelling and clearing away exports."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from engine.protocol import ErrorCode
from webapp.accounts.models import User
from webapp.artifacts.selectors import get_version
from webapp.core.errors import Conflict, InvalidInput
from webapp.core.events import ArtifactKind
from webapp.exports.doorbell import ring_export
from webapp.exports.formats import FORMATS, ExportFormat, ExportOptions
from webapp.exports.models import OPEN_STATES, Export, ExportState
from webapp.exports.selectors import get_export
from webapp.exports.storage import list_files, remove_file

KEPT_FOR = timedelta(days=1)
MAX_OPEN = 3
MAX_KEPT = 30
log = structlog.get_logger(__name__)


def start_export(
    *, owner: User, artifact: UUID, number: int, format: ExportFormat, options: ExportOptions
) -> Export:
    """Queues an export of a version.

    Raises NotFound for what is not there or another person's, InvalidInput for a format that the
    kind does not have or a deck without pages, Conflict while too many of this person's are open.
    """
    with transaction.atomic():
        version = get_version(owner=owner, artifact=artifact, number=number)
        kind = ArtifactKind(version.kind)
        if format not in FORMATS[kind]:
            names = ", ".join(FORMATS[kind])
            raise InvalidInput(message=f"A {kind.value} is exported as one of: {names}.")
        if kind is ArtifactKind.DECK and not version.pages.all():
            raise InvalidInput(message="The deck has no pages yet; ask for some first.")
        mine = Export.objects.filter(owner=owner)
        if mine.filter(state__in=OPEN_STATES).count() >= MAX_OPEN:
            raise Conflict(
                ErrorCode.RATE_LIMITED,
                f"{MAX_OPEN} of your exports are still running; wait for one or cancel it.",
            )
        now = timezone.now()
        export = Export.objects.create(
            owner=owner,
            version=version,
            format=format,
            options=options.model_dump(mode="json"),
            rung_at=now,
            expires_at=now + KEPT_FOR,
            text="Waiting",
        )
        surplus = mine.exclude(state__in=OPEN_STATES).order_by("-created_at")[MAX_KEPT:]
        _remove(list(surplus))
        transaction.on_commit(lambda: ring_export(export.pk))
    return export


def cancel_export(*, owner: User, id: UUID) -> Export:
    """Ends an export that is not final yet; a final one stays as it is. Raises NotFound.

    The worker sees the row within a second, gives its page back and keeps nothing.
    """
    export = get_export(owner=owner, id=id)
    Export.objects.filter(pk=id, state__in=OPEN_STATES).update(
        state=ExportState.CANCELLED, text="Cancelled"
    )
    export.refresh_from_db()
    return export


def purge_expired_exports() -> int:
    """Removes exports past their time with their files, and files that no row knows."""
    expired = list(Export.objects.filter(expires_at__lt=timezone.now()))
    _remove(expired)
    files = list_files()
    if files:
        for id in files - set(Export.objects.filter(pk__in=files).values_list("pk", flat=True)):
            remove_file(id)
    return len(expired)


def _remove(exports: list[Export]) -> None:
    for export in exports:
        remove_file(export.pk)
    Export.objects.filter(pk__in=[export.pk for export in exports]).delete()

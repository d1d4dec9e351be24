"""Storing versions of made things."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from engine.protocol import ErrorCode
from webapp.artifacts.identifiers import artifact_id
from webapp.artifacts.models import Artifact, ArtifactVersion, Blob
from webapp.conversations.models import Message
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind

MAX_CONTENT_BYTES = 2 * 1024 * 1024


@transaction.atomic
def store_version(
    *,
    message_id: UUID,
    call: str,
    identifier: str,
    kind: ArtifactKind,
    title: str,
    content: str,
) -> ArtifactVersion:
    """Keeps `content` as the newest version of the conversation's artifact `identifier`.

    `call` names the tool call within the message: storing the same call again keeps its number
    and takes the newer content, so a repeated turn attempt makes no second version.
    Raises InvalidInput if the content is larger than `MAX_CONTENT_BYTES`.
    """
    if len(content.encode()) > MAX_CONTENT_BYTES:
        raise InvalidInput(ErrorCode.INVALID_REQUEST, "The document is larger than 2 MB.")
    blob = _store_blob(content)
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    artifact, _ = Artifact.objects.update_or_create(
        conversation_id=conversation_id,
        identifier=identifier,
        defaults={"kind": kind, "title": title},
        create_defaults={
            "id": artifact_id(conversation_id, identifier),
            "kind": kind,
            "title": title,
        },
    )
    again = ArtifactVersion.objects.filter(message_id=message_id, call=call).first()
    if again is not None and again.artifact_id == artifact.pk:
        again.blob, again.kind, again.title = blob, kind, title
        again.save(update_fields=["blob", "kind", "title"])
        return again
    if again is not None:
        again.delete()
    newest = artifact.versions.aggregate(newest=Max("number"))["newest"] or 0
    return ArtifactVersion.objects.create(
        artifact=artifact,
        number=newest + 1,
        kind=kind,
        title=title,
        parent=newest or None,
        blob=blob,
        message_id=message_id,
        call=call,
    )


def purge_orphaned_blobs() -> int:
    """Removes texts that no version and no page points at; returns how many."""
    count, _ = Blob.objects.filter(versions=None, pages=None).delete()
    return count


def _store_blob(content: str) -> Blob:
    digest = hashlib.sha256(content.encode()).hexdigest()
    blob, _ = Blob.objects.get_or_create(sha256=digest, defaults={"text": content})
    return blob

"""Storing versions of made things."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.checks import CheckReport
from webapp.artifacts.contents import PreparedContent
from webapp.artifacts.decks.pages import Page
from webapp.artifacts.identifiers import artifact_id
from webapp.artifacts.models import Artifact, ArtifactVersion, Author, Blob, DeckPage
from webapp.artifacts.version_documents import pages_of
from webapp.conversations.models import Message
from webapp.core.events import ArtifactKind
from webapp.core.storable import storable_json

NO_ATTRIBUTES = VersionAttributes()


@transaction.atomic
def store_version(
    *,
    message_id: UUID,
    call: str,
    identifier: str,
    kind: ArtifactKind,
    title: str,
    content: str | None,
    attributes: VersionAttributes = NO_ATTRIBUTES,
    pages: Sequence[Page] = (),
    parent: int | None = None,
    author: Author = Author.MODEL,
) -> ArtifactVersion:
    """Keeps a state as the newest version of the conversation's artifact `identifier`.

    `content` is None for decks, whose texts are stored already (`store_text`). `parent` is what
    the version was made from. `call` names the tool call within the message: storing the same call
    again keeps its number and takes the newer state, so a repeated turn attempt makes no second
    version.
    """
    artifact = _open_artifact(message_id, identifier, kind, title)
    state: dict[str, object] = {
        "kind": kind,
        "title": title,
        "author": author,
        "attributes": attributes.dump(),
        "blob_id": None if content is None else store_text(PreparedContent(content)),
    }
    version = _find_repeated(artifact, message_id, call)
    if version is None:
        newest = artifact.versions.aggregate(newest=Max("number"))["newest"] or 0
        version = ArtifactVersion.objects.create(
            artifact=artifact,
            number=newest + 1,
            parent=parent,
            message_id=message_id,
            call=call,
            **state,
        )
    elif _holds(version, state, pages):
        return version
    else:
        _renew(version, state)
    _store_pages(version, pages)
    return version


def store_text(content: PreparedContent) -> str:
    """Keeps the text; returns its SHA-256, under which it is found."""
    digest = content.sha256
    Blob.objects.get_or_create(sha256=digest, defaults={"text": content.text})
    return digest


def store_check(*, version_id: int, report: CheckReport) -> None:
    """Keeps what a check of the version found."""
    stored = storable_json(report.model_dump(mode="json"))
    ArtifactVersion.objects.filter(pk=version_id).update(check_report=stored)


@transaction.atomic
def forget_calls(*, message_id: UUID, from_round: int) -> None:
    """Removes what the calls of an answer stored from its generation `from_round` on: the answer
    is being written anew from there. What a person made of it stays."""
    rows = ArtifactVersion.objects.filter(message_id=message_id, author=Author.MODEL)
    void = [
        id
        for id, call in rows.values_list("pk", "call")
        if call.partition(".")[0].isdecimal() and int(call.partition(".")[0]) >= from_round
    ]
    if void:
        ArtifactVersion.objects.filter(pk__in=void).delete()
        place = Message.objects.filter(pk=message_id).values("conversation_id")
        Artifact.objects.filter(conversation_id__in=place, versions=None).delete()


def purge_orphaned_blobs() -> int:
    """Removes texts that no version and no page points at; returns how many."""
    count, _ = Blob.objects.filter(versions=None, pages=None).delete()
    return count


def _open_artifact(message_id: UUID, identifier: str, kind: ArtifactKind, title: str) -> Artifact:
    """The artifact with its present name; locked, so that numbers are given one by one."""
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    named = {"kind": kind, "title": title}
    artifact, _ = Artifact.objects.update_or_create(
        conversation_id=conversation_id,
        identifier=identifier,
        defaults=named,
        create_defaults={"id": artifact_id(conversation_id, identifier), **named},
    )
    return Artifact.objects.select_for_update().get(pk=artifact.pk)


def _find_repeated(artifact: Artifact, message_id: UUID, call: str) -> ArtifactVersion | None:
    """The version that this call made before; one of another artifact makes way."""
    again = ArtifactVersion.objects.filter(message_id=message_id, call=call).first()
    if again is None or again.artifact_id == artifact.pk:
        return again
    again.delete()
    return None


def _holds(version: ArtifactVersion, state: dict[str, object], pages: Sequence[Page]) -> bool:
    is_same = all(getattr(version, name) == value for name, value in state.items())
    return is_same and pages_of(version) == tuple(pages)


def _renew(version: ArtifactVersion, state: dict[str, object]) -> None:
    for name, value in state.items():
        setattr(version, name, value)
    version.check_report = None
    version.save(update_fields=[*state, "check_report"])
    version.pages.all().delete()


def _store_pages(version: ArtifactVersion, pages: Iterable[Page]) -> None:
    DeckPage.objects.bulk_create(
        DeckPage(
            version=version,
            position=position,
            page_id=page.id,
            title=page.title,
            notes=page.notes,
            sources=list(page.sources),
            blob_id=page.sha256,
        )
        for position, page in enumerate(pages, 1)
    )

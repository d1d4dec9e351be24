"""Publishing, changing, taking back and taking down."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from engine.protocol import ErrorCode
from webapp.accounts.models import User
from webapp.administration.services import record_deed
from webapp.artifacts.documents import PAGE_HEIGHT_PX, PAGE_WIDTH_PX, poster_size
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.selectors import get_version
from webapp.artifacts.version_documents import attributes_of, page_document, version_document
from webapp.core.errors import Conflict, InvalidInput, NotFound
from webapp.core.events import ArtifactKind
from webapp.publications.models import Publication, Visibility
from webapp.publications.published_files import PublishedFacts, PublishedFiles
from webapp.publications.selectors import get_own

STALE_AFTER_SECONDS = 60
MAX_PUBLISHED_BYTES = 64 * 1024 * 1024
_TAKEN_DOWN = "An administrator has taken this down; it cannot be published again."


def published_files() -> PublishedFiles:
    """The publications of this installation."""
    return PublishedFiles(Path(settings.ATELIER_HOME) / "published")


@transaction.atomic
def publish_version(
    *, owner: User, artifact: UUID, number: int, visibility: Visibility, app_origin: str
) -> Publication:
    """Shows the version at a link; an artifact that has one keeps it and shows this version there.

    `app_origin` is where a reader can remix it. Raises NotFound for what is not the owner's,
    Conflict for what was taken down, InvalidInput for what is empty or too large.
    """
    version = get_version(owner=owner, artifact=artifact, number=number)
    if Publication.objects.filter(artifact_id=artifact).exclude(taken_down_at=None).exists():
        raise Conflict(message=_TAKEN_DOWN)
    publication, _ = Publication.objects.update_or_create(
        artifact_id=artifact,
        taken_down_at=None,
        defaults={
            "owner": owner,
            "version": version,
            "visibility": visibility,
            "app_origin": app_origin,
        },
    )
    _write_files(publication, version)
    return publication


@transaction.atomic
def change_visibility(*, owner: User, slug: str, visibility: Visibility) -> Publication:
    """Lists the publication, or takes it off the list. Raises NotFound."""
    publication = get_own(owner=owner, slug=slug)
    publication.visibility = visibility
    publication.save(update_fields=["visibility"])
    version = get_version(
        owner=owner, artifact=publication.artifact_id, number=publication.version.number
    )
    _write_files(publication, version)
    return publication


def unpublish(*, owner: User, slug: str) -> None:
    """Takes the publication back; its link is dead when this returns. Raises NotFound."""
    publication = get_own(owner=owner, slug=slug)
    published_files().remove(publication.slug)
    publication.delete()


def unpublish_conversation(*, conversation: UUID) -> None:
    """Takes back what was published from a conversation that is being deleted."""
    rows = Publication.objects.filter(artifact__conversation_id=conversation, taken_down_at=None)
    for publication in rows:
        published_files().remove(publication.slug)
        publication.delete()


def take_down(*, slug: str, reason: str, by: User | None) -> Publication | None:
    """What an administrator does (`by` None: on the command line): the link is dead, and the
    artifact stays unpublished. Returns None if nothing is published under this slug."""
    published_files().remove(slug)
    publication = Publication.objects.filter(slug=slug).first()
    if publication is None:
        return None
    publication.taken_down_at = publication.taken_down_at or timezone.now()
    publication.reason = reason[:500]
    publication.save(update_fields=["taken_down_at", "reason"])
    record_deed(who=by, action="take_down", target=f"publication {slug}", reason=reason)
    return publication


@transaction.atomic
def put_back(*, slug: str, reason: str, by: User) -> Publication:
    """Takes a takedown back: the link shows the same version again. Raises NotFound where nothing
    was taken down, Conflict where the chat that it came from is deleted."""
    publication = Publication.objects.filter(slug=slug).exclude(taken_down_at=None).first()
    if publication is None:
        raise NotFound
    if publication.artifact.conversation.deleted_at is not None:
        raise Conflict(message="The chat that it came from is deleted.")
    publication.taken_down_at = None
    publication.reason = ""
    publication.save(update_fields=["taken_down_at", "reason"])
    record_deed(who=by, action="put_back", target=f"publication {slug}", reason=reason)
    _write_files(publication, publication.version)
    return publication


def remove_stale_files() -> int:
    """Removes files whose publication is gone, as after a crash or with a purged conversation;
    returns how many."""
    files = published_files()
    live = set(
        Publication.objects.filter(
            taken_down_at=None, artifact__conversation__deleted_at=None
        ).values_list("slug", flat=True)
    )
    # A newer folder may belong to a publication that is being made.
    stale = [slug for slug in files.list_slugs(STALE_AFTER_SECONDS) if slug not in live]
    for slug in stale:
        files.remove(slug)
    return len(stale)


def write_missing_files() -> int:
    """Writes the files of publications that have none, as after a restore; returns how many."""
    files = published_files()
    rows = Publication.objects.filter(
        taken_down_at=None, artifact__conversation__deleted_at=None
    ).select_related("artifact", "version")
    missing = [row for row in rows if files.read_facts(row.slug) is None]
    for publication in missing:
        _write_files(publication, publication.version)
    return len(missing)


def _write_files(publication: Publication, version: ArtifactVersion) -> None:
    pages = list(version.pages.select_related("version", "blob"))
    is_deck = version.kind == ArtifactKind.DECK
    documents = [page_document(page) for page in pages] if is_deck else [version_document(version)]
    if not documents:
        raise InvalidInput(message="A deck without pages cannot be published; add one first.")
    if sum(len(one.encode()) for one in documents) > MAX_PUBLISHED_BYTES:
        raise InvalidInput(ErrorCode.INVALID_REQUEST, "This is larger than 64 MB; make it smaller.")
    title = version.title or version.artifact.title
    width, height = _size(version)
    facts = PublishedFacts(
        title=title,
        kind=version.kind,
        pages=tuple(page.title for page in pages) if is_deck else (title,),
        width=width,
        height=height,
        is_listed=publication.visibility == Visibility.PUBLIC,
        remix=f"{publication.app_origin}/remix/{publication.slug}",
    )
    published_files().write(publication.slug, facts, documents)


def _size(version: ArtifactVersion) -> tuple[float | None, float | None]:
    if version.kind == ArtifactKind.DECK:
        return PAGE_WIDTH_PX, PAGE_HEIGHT_PX
    if version.kind == ArtifactKind.POSTER:
        size = poster_size(attributes_of(version))
        return size.width_px, size.height_px
    return None, None

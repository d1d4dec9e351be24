"""Reading artifacts; every query names the owner or a conversation that was read with one."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from webapp.accounts.models import User
from webapp.artifacts.checks import CheckReport
from webapp.artifacts.models import Artifact, ArtifactVersion, DeckPage
from webapp.conversations.models import Conversation
from webapp.core.errors import NotFound


def list_artifacts(*, conversation: Conversation) -> QuerySet[Artifact]:
    """The conversation's artifacts with their versions, oldest first."""
    rows = Artifact.objects.filter(conversation=conversation).prefetch_related("versions")
    return rows.order_by("created_at", "id")


def list_identifiers(*, conversation_id: UUID) -> dict[str, str]:
    """The model's names of the conversation's artifacts, by artifact id."""
    rows = Artifact.objects.filter(conversation_id=conversation_id)
    return {str(id): identifier for id, identifier in rows.values_list("id", "identifier")}


def get_version(*, owner: User, artifact: UUID, number: int) -> ArtifactVersion:
    """A version with its text and its pages (without theirs). Raises NotFound if it is not there
    or another person's."""
    pages = DeckPage.objects.order_by("position")
    version = (
        ArtifactVersion.objects.select_related("artifact", "blob", "artifact__conversation")
        .prefetch_related(Prefetch("pages", pages))
        .filter(
            artifact_id=artifact,
            number=number,
            artifact__conversation__owner=owner,
            artifact__conversation__deleted_at=None,
        )
        .first()
    )
    if version is None:
        raise NotFound
    return version


def get_page(*, owner: User, artifact: UUID, number: int, page_id: str) -> DeckPage:
    """A page of a version with its text. Raises NotFound as `get_version` does."""
    page = (
        DeckPage.objects.select_related("version", "version__artifact", "blob")
        .filter(
            page_id=page_id,
            version__artifact_id=artifact,
            version__number=number,
            version__artifact__conversation__owner=owner,
            version__artifact__conversation__deleted_at=None,
        )
        .first()
    )
    if page is None:
        raise NotFound
    return page


def find_check(*, version_id: int) -> CheckReport | None:
    """What a check of the version found before, or None. For those that own the version."""
    stored = ArtifactVersion.objects.values_list("check_report", flat=True).get(pk=version_id)
    return None if stored is None else CheckReport.model_validate(stored)

"""Reading publications. What was taken down or belongs to a deleted conversation is not there."""

from uuid import UUID

from django.db.models import QuerySet

from webapp.accounts.models import User
from webapp.artifacts.models import Artifact
from webapp.core.errors import NotFound
from webapp.publications.models import Publication, Visibility

LISTED = 100


def list_live() -> QuerySet[Publication]:
    """All that can be seen now."""
    rows = Publication.objects.select_related("artifact", "version", "owner", "version__blob")
    return rows.filter(taken_down_at=None, artifact__conversation__deleted_at=None)


def list_public() -> list[Publication]:
    """The newest public ones."""
    return list(list_live().filter(visibility=Visibility.PUBLIC).order_by("-created_at")[:LISTED])


def get_live(*, slug: str) -> Publication:
    """A publication for whoever has its slug. Raises NotFound."""
    publication = list_live().filter(slug=slug).first()
    if publication is None:
        raise NotFound("This is not published any more.")
    return publication


def get_own(*, owner: User, slug: str) -> Publication:
    """A publication of the owner. Raises NotFound if it is not there or another person's."""
    publication = list_live().filter(slug=slug, owner=owner).first()
    if publication is None:
        raise NotFound
    return publication


def find_of_artifact(*, owner: User, artifact: UUID) -> Publication | None:
    """How the owner's artifact is published, None if it is not. Raises NotFound if the artifact
    is not there or another person's."""
    own = Artifact.objects.filter(
        pk=artifact, conversation__owner=owner, conversation__deleted_at=None
    )
    if not own.exists():
        raise NotFound
    return list_live().filter(artifact_id=artifact, owner=owner).first()

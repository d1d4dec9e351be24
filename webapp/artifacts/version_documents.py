"""What of a stored version a frame or a browser loads."""

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.decks.pages import Page
from webapp.artifacts.documents import to_document
from webapp.artifacts.models import ArtifactVersion, DeckPage
from webapp.core.events import ArtifactKind


def attributes_of(version: ArtifactVersion) -> VersionAttributes:
    """The version's attributes, typed."""
    return VersionAttributes.model_validate(version.attributes)


def content_of(version: ArtifactVersion) -> str:
    """The version's text; empty for a deck, whose texts are its pages'."""
    return version.blob.text if version.blob is not None else ""


def pages_of(version: ArtifactVersion) -> tuple[Page, ...]:
    """The pages of a deck's version in order, without their texts."""
    return tuple(
        Page(
            id=page.page_id,
            title=page.title,
            sha256=page.blob_id,
            notes=page.notes,
            sources=tuple(page.sources),
        )
        for page in version.pages.order_by("position")
    )


def version_document(version: ArtifactVersion) -> str:
    """The document of a version that is not a deck."""
    return to_document(ArtifactKind(version.kind), content_of(version), attributes_of(version))


def page_document(page: DeckPage) -> str:
    """The document of one page, in the theme of its version."""
    attributes = attributes_of(page.version)
    return to_document(ArtifactKind.DECK, page.blob.text, attributes, attributes.theme)

"""What of a stored version is exported."""

from webapp.artifacts.documents import PAGE_HEIGHT_PX, PAGE_WIDTH_PX, poster_size
from webapp.artifacts.identifiers import EXTENSIONS, normalize_identifier
from webapp.artifacts.models import ArtifactVersion, DeckPage
from webapp.artifacts.version_documents import (
    attributes_of,
    content_of,
    page_document,
    version_document,
)
from webapp.core.events import ArtifactKind
from webapp.exports.contents import ExportPage, ExportSource

SCREEN_WIDTH_PX, SCREEN_HEIGHT_PX = 1280, 800


def read_source(version: ArtifactVersion) -> ExportSource:
    """The version with the documents of all its pages."""
    kind = ArtifactKind(version.kind)
    attributes = attributes_of(version)
    title = version.title or version.artifact.title
    width, height, css_size = float(SCREEN_WIDTH_PX), float(SCREEN_HEIGHT_PX), None
    if kind is ArtifactKind.DECK:
        width, height = float(PAGE_WIDTH_PX), float(PAGE_HEIGHT_PX)
    elif kind is ArtifactKind.POSTER:
        size = poster_size(attributes)
        width, height, css_size = size.width_px, size.height_px, size.css
    return ExportSource(
        kind=kind,
        title=title,
        stem=normalize_identifier(title) or normalize_identifier(version.artifact.identifier),
        ending=EXTENSIONS[kind],
        content=content_of(version),
        pages=_deck_pages(version) if kind is ArtifactKind.DECK else _one_page(version, title),
        width=width,
        height=height,
        css_size=css_size,
        theme=attributes.theme,
    )


def _one_page(version: ArtifactVersion, title: str) -> tuple[ExportPage, ...]:
    return (ExportPage(number=1, title=title, document=version_document(version)),)


def _deck_pages(version: ArtifactVersion) -> tuple[ExportPage, ...]:
    rows = DeckPage.objects.filter(version=version).select_related("blob", "version")
    return tuple(
        ExportPage(
            number=row.position,
            title=row.title,
            document=page_document(row),
            notes=_notes(row),
        )
        for row in rows.order_by("position")
    )


def _notes(page: DeckPage) -> str:
    """The speaker's notes with the sources below them."""
    sources = [str(source) for source in page.sources]
    if not sources:
        return page.notes
    return "\n".join([page.notes, "", "Sources:", *sources]).strip()

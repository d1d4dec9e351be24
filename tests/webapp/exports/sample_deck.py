"""Six pages of different layouts as a source of exports."""

from dataclasses import replace
from pathlib import Path

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.decks.theme import Theme
from webapp.artifacts.documents import to_document
from webapp.artifacts.poster_size import parse_size
from webapp.core.events import ArtifactKind
from webapp.exports.contents import ExportPage, ExportSource

PAGES = Path(__file__).parent / "pages"
TITLES = (
    "Volcanoes and the land they make",
    "Three kinds",
    "Eruptions per decade",
    "The largest eruptions",
    "火山与土地",
    "After the eruption",
)


def page_of(
    content: str,
    number: int = 1,
    title: str = "Page",
    notes: str = "",
    theme: Theme | None = None,
) -> ExportPage:
    """A page of a deck, made as the product makes it."""
    document = to_document(ArtifactKind.DECK, content, VersionAttributes(), theme)
    return ExportPage(number=number, title=title, document=document, notes=notes)


def deck_of(*pages: ExportPage, title: str = "Volcanoes") -> ExportSource:
    """A deck of these pages."""
    return ExportSource(
        kind=ArtifactKind.DECK,
        title=title,
        stem="volcanoes",
        ending="html",
        content="",
        pages=pages,
        width=1280,
        height=720,
    )


def sample_deck() -> ExportSource:
    """All six pages, with notes."""
    files = sorted(PAGES.glob("*.html"))
    return deck_of(
        *(
            page_of(file.read_text("utf-8"), number, title, f"Say this on page {number}.")
            for number, (file, title) in enumerate(zip(files, TITLES, strict=True), start=1)
        )
    )


def poster_of(content: str, size: str) -> ExportSource:
    """A poster, made as the product makes it."""
    attributes = VersionAttributes(size=size)
    measures = parse_size(size)
    document = to_document(ArtifactKind.POSTER, content, attributes)
    return ExportSource(
        kind=ArtifactKind.POSTER,
        title="Poster",
        stem="poster",
        ending="html",
        content=content,
        pages=(ExportPage(number=1, title="Poster", document=document),),
        width=measures.width_px,
        height=measures.height_px,
        css_size=measures.css,
    )


def repeated_deck(count: int) -> ExportSource:
    """So many pages: the six again and again."""
    six = sample_deck().pages
    pages = (replace(six[index % len(six)], number=index + 1) for index in range(count))
    return deck_of(*pages)

"""Changing decks: begun, filled page by page, put in order, seen in another theme."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.changes.origin import Origin, find_base, require_deck
from webapp.artifacts.changes.texts import refuse_elision
from webapp.artifacts.contents import prepare_content
from webapp.artifacts.decks import pages as ops
from webapp.artifacts.decks.outline import read_outline
from webapp.artifacts.decks.pages import DeckRefused, Page
from webapp.artifacts.decks.positions import parse_place, parse_position, parse_positions
from webapp.artifacts.decks.theme import Theme
from webapp.artifacts.edits.apply import apply_edits
from webapp.artifacts.models import ArtifactVersion, Blob
from webapp.artifacts.services import store_text, store_version
from webapp.artifacts.version_documents import attributes_of, pages_of
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckChange:
    """What came of it: the version with its pages, and the one page that it was about."""

    version: ArtifactVersion
    pages: tuple[Page, ...]
    position: int | None = None
    changed_lines: int = 0
    report: str = ""
    flagged: tuple[int, ...] = ()

    @property
    def page(self) -> Page | None:
        """The page that the change was about."""
        return None if self.position is None else self.pages[self.position - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What a page is to hold. `sources` and `notes` None: as they are."""

    title: str | None = None
    notes: str | None = None
    sources: tuple[str, ...] | None = None
    content: str | None = None
    edits: str | None = None


@transaction.atomic
def create_deck(
    origin: Origin, identifier: str, title: str, theme: Theme, outline: str
) -> DeckChange:
    """A deck without pages. Raises InvalidInput if the identifier is that of something else."""
    base = find_base(origin, identifier)
    if base is not None and base.kind != ArtifactKind.DECK:
        raise InvalidInput(message=f"{identifier} is {base.kind} already; choose another id.")
    version = store_version(
        message_id=origin.message_id,
        call=origin.call,
        identifier=identifier,
        kind=ArtifactKind.DECK,
        title=title,
        content=None,
        attributes=VersionAttributes(theme=theme, outline=read_outline(outline)),
        parent=None if base is None else base.number,
        author=origin.author,
    )
    return DeckChange(version=version, pages=())


@transaction.atomic
def insert_page(origin: Origin, identifier: str, place: object, text: PageText) -> DeckChange:
    """The deck with a new page at `place`.

    Raises InvalidInput, DeckRefused or PositionRefused with a sentence.
    """
    base = require_deck(origin, identifier)
    pages = pages_of(base)
    position = parse_place(place, len(pages))
    prepared = prepare_content(ArtifactKind.DECK, text.content or "")
    notes, sources = text.notes or "", text.sources or ()
    ops.check_remarks(notes, sources)
    page = Page(
        id=ops.new_page_id(f"{origin.message_id}/{origin.call}", {page.id for page in pages}),
        title=text.title or f"Page {position}",
        sha256=prepared.sha256,
        notes=notes,
        sources=sources,
    )
    changed = ops.insert_page(pages, position, page)
    store_text(prepared)
    version = store_pages(origin, base, changed)
    return DeckChange(version=version, pages=changed, position=position, report=prepared.report)


@transaction.atomic
def update_page(
    origin: Origin, identifier: str, which: object, page_id: str | None, text: PageText
) -> DeckChange:
    """The deck with one page changed; all others stay byte for byte.

    `page_id` says which page, else the position `which`. Raises as `insert_page`, and EditRefused.
    """
    base = require_deck(origin, identifier)
    pages = pages_of(base)
    position, page = locate_page(pages, which, page_id)
    changed_lines, report, flagged = 0, "", tuple[int, ...]()
    content = text.content
    if text.edits is not None:
        result = apply_edits(page_text(page), text.edits)
        content, changed_lines, flagged = result.content, result.changed_lines, result.flagged
    elif content is not None:
        refuse_elision(content, page_text(page))
    if content is not None:
        prepared = prepare_content(ArtifactKind.DECK, content)
        report = prepared.report
        page = replace(page, sha256=store_text(prepared))
    page = _annotate(page, text)
    changed = ops.replace_page(pages, page)
    if changed == pages:
        raise DeckRefused("Nothing about the page is new.")
    return DeckChange(
        version=store_pages(origin, base, changed),
        pages=changed,
        position=position,
        changed_lines=changed_lines,
        report=report,
        flagged=flagged,
    )


@transaction.atomic
def remove_pages(origin: Origin, identifier: str, which: object) -> tuple[DeckChange, int]:
    """The deck without some pages, and how many went. Raises as `insert_page`."""
    base = require_deck(origin, identifier)
    pages = pages_of(base)
    positions = parse_positions(which, len(pages))
    changed = ops.remove_pages(pages, positions)
    return DeckChange(version=store_pages(origin, base, changed), pages=changed), len(positions)


@transaction.atomic
def move_page(origin: Origin, identifier: str, start: object, target: object) -> DeckChange:
    """The deck with one page at another place. Raises as `insert_page`."""
    base = require_deck(origin, identifier)
    pages = pages_of(base)
    positions = parse_position(start, len(pages)), parse_position(target, len(pages))
    changed = ops.move_page(pages, *positions)
    if changed == pages:
        raise DeckRefused(f"The page stands at {positions[1]} already.")
    version = store_pages(origin, base, changed)
    return DeckChange(version=version, pages=changed, position=positions[1])


@transaction.atomic
def set_theme(origin: Origin, identifier: str, theme: Theme) -> DeckChange:
    """The deck in another theme; no page changes. Raises InvalidInput."""
    base = require_deck(origin, identifier)
    pages = pages_of(base)
    return DeckChange(version=store_pages(origin, base, pages, theme), pages=pages)


def locate_page(pages: Sequence[Page], which: object, page_id: str | None) -> tuple[int, Page]:
    """Position and page, by its id or else by position. Raises DeckRefused, PositionRefused."""
    if page_id:
        return ops.find_page(pages, page_id)
    if isinstance(which, str) and any(page.id == which for page in pages):
        return ops.find_page(pages, which)
    position = parse_position(which, len(pages))
    return position, pages[position - 1]


def page_text(page: Page) -> str:
    """The HTML of a page."""
    return Blob.objects.values_list("text", flat=True).get(pk=page.sha256)


def store_pages(
    origin: Origin, base: ArtifactVersion, pages: Sequence[Page], theme: Theme | None = None
) -> ArtifactVersion:
    """A version of the deck `base` with these pages, and perhaps another theme."""
    attributes = attributes_of(base)
    if theme is not None:
        attributes = attributes.model_copy(update={"theme": theme})
    return store_version(
        message_id=origin.message_id,
        call=origin.call,
        identifier=base.artifact.identifier,
        kind=ArtifactKind.DECK,
        title=base.title,
        content=None,
        attributes=attributes,
        pages=pages,
        parent=base.number,
        author=origin.author,
    )


def _annotate(page: Page, text: PageText) -> Page:
    changed = replace(
        page,
        title=page.title if text.title is None else text.title,
        notes=page.notes if text.notes is None else text.notes,
        sources=page.sources if text.sources is None else text.sources,
    )
    ops.check_remarks(changed.notes, changed.sources)
    return changed

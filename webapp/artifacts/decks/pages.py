"""The pages of a deck as values, and what can be done to their order. Pure.

A page keeps its id for life; its position is only its place in the tuple. What changes one page
leaves all others the same values. Texts lie elsewhere, under their SHA-256.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

MAX_PAGES = 200
MAX_NOTES_CHARACTERS = 20_000
MAX_SOURCES = 50
PAGE_ID_DIGITS = 8


class DeckRefused(Exception):
    """It cannot be done to this deck; the text is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; `sha256` names its HTML."""

    id: str
    title: str
    sha256: str
    notes: str = ""
    sources: tuple[str, ...] = ()


def new_page_id(seed: str, taken: Collection[str]) -> str:
    """Eight hexadecimal digits that `taken` lacks; the same for the same seed and deck."""
    attempt = 0
    while True:
        digits = hashlib.sha256(f"{seed}/{attempt}".encode()).hexdigest()[:PAGE_ID_DIGITS]
        if digits not in taken:
            return digits
        attempt += 1


def check_remarks(notes: str, sources: Collection[str]) -> None:
    """Raises DeckRefused if the notes or the sources are too many."""
    if len(notes) > MAX_NOTES_CHARACTERS:
        raise DeckRefused(f"The notes are longer than {MAX_NOTES_CHARACTERS} characters.")
    if len(sources) > MAX_SOURCES:
        raise DeckRefused(f"A page names at most {MAX_SOURCES} sources.")


def insert_page(pages: Sequence[Page], place: int, page: Page) -> tuple[Page, ...]:
    """`page` at `place` (from 1), those from there on one further. Raises DeckRefused."""
    if len(pages) >= MAX_PAGES:
        raise DeckRefused(f"A deck has at most {MAX_PAGES} pages.")
    return (*pages[: place - 1], page, *pages[place - 1 :])


def replace_page(pages: Sequence[Page], page: Page) -> tuple[Page, ...]:
    """`page` in place of the one with its id."""
    return tuple(page if one.id == page.id else one for one in pages)


def remove_pages(pages: Sequence[Page], positions: Collection[int]) -> tuple[Page, ...]:
    """The pages but those at `positions` (from 1)."""
    return tuple(page for place, page in enumerate(pages, 1) if place not in positions)


def move_page(pages: Sequence[Page], start: int, target: int) -> tuple[Page, ...]:
    """The page at `start` comes to stand at `target`, both from 1."""
    rest = [*pages[: start - 1], *pages[start:]]
    rest.insert(target - 1, pages[start - 1])
    return tuple(rest)


def order_pages(pages: Sequence[Page], order: Sequence[str]) -> tuple[Page, ...]:
    """The pages in the order of these ids; one that is not named is removed.

    Raises DeckRefused if an id is unknown or named twice.
    """
    by_id = {page.id: page for page in pages}
    if len(set(order)) != len(order) or not set(order) <= set(by_id):
        raise DeckRefused("The order names a page twice, or one that is not in the deck.")
    return tuple(by_id[id] for id in order)


def find_page(pages: Sequence[Page], id: str) -> tuple[int, Page]:
    """Position (from 1) and page. Raises DeckRefused if there is none with this id."""
    for place, page in enumerate(pages, 1):
        if page.id == id:
            return place, page
    raise DeckRefused(f'There is no page with the id "{id[:20]}" in the deck.')

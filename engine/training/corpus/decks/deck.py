"""A deck as it stands, and the calls that make or change it, with the product's answers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.training.corpus.edits.blocks import make_edit
from engine.training.corpus.steps import count
from engine.training.corpus.turns import Step, Stub


@dataclass(frozen=True, slots=True)
class Page:
    """`id` is what the server gives: eight hexadecimal digits."""

    id: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck in its newest `version`; it has none before it is begun."""

    id: str
    title: str
    theme: str
    pages: tuple[Page, ...] = ()
    version: int = 0


def draw_page_id(rng: random.Random) -> str:
    """An id as the server would give."""
    return f"{rng.getrandbits(32):08x}"


def begin_deck(deck: Deck, titles: Sequence[str]) -> tuple[Deck, Step]:
    """`deck_create`, with the numbered titles of the planned pages: a number tells which is the
    last, and which one a position means."""
    made = replace(deck, version=1)
    first = f"Created {deck.id} version 1."
    outline = "\n".join(f"{place}. {title}" for place, title in enumerate(titles, 1))
    arguments = {"id": deck.id, "title": deck.title}
    return made, Step(
        tool="deck_create",
        arguments={**arguments, "theme": deck.theme, "outline": outline},
        result=f"{first} A deck without pages, theme {deck.theme}. Now insert its pages one by"
        " one.",
        stub=Stub(arguments=arguments, result=f"{first} {count(len(titles), 'page')} planned."),
    )


def insert_page(deck: Deck, place: int, page: Page, *, said: str = "") -> tuple[Deck, Step]:
    """`insert_page` at `place`, from 1; `said` is how the call names it, if not by number."""
    pages = (*deck.pages[: place - 1], page, *deck.pages[place - 1 :])
    made = replace(deck, pages=pages, version=deck.version + 1)
    first = f"Inserted {deck.id} version {made.version}. Page {place} of {len(pages)}"
    text = f"[page {place} of {deck.id} version {made.version}]"
    shown = {"deck": deck.id, "position": str(place), "title": page.title, "content": text}
    return made, Step(
        tool="insert_page",
        arguments={**shown, "position": said or str(place), "content": page.content},
        result=f"{first} has the id {page.id}.",
        stub=Stub(arguments=shown, result=f"{first}. The page has the id {page.id}."),
    )


def read_page(deck: Deck, place: int) -> Step:
    """`artifact_read` of one page."""
    page = deck.pages[place - 1]
    lines = page.content.split("\n")
    about = f'{deck.id} version {deck.version}, page {place} ({page.id}) "{page.title}"'
    told = [f"{about}: {count(len(lines), 'line')}."]
    told += [f"{number}| {line}" for number, line in enumerate(lines, 1)]
    arguments = {"id": deck.id, "page": str(place)}
    return Step(tool="artifact_read", arguments=arguments, result="\n".join(told))


def update_page(deck: Deck, place: int, content: str, title: str = "") -> tuple[Deck, Step]:
    """`update_page` that refines one page by edits, and its title if one is given."""
    old = deck.pages[place - 1]
    edit = make_edit(old.content, content)
    page = replace(old, content=content, title=title or old.title)
    pages = (*deck.pages[: place - 1], page, *deck.pages[place:])
    made = replace(deck, pages=pages, version=deck.version + 1)
    first = f"Updated {deck.id} version {made.version}. Page {place}"
    changed = f"changed {count(edit.changed_lines, 'line')}."
    arguments = {"deck": deck.id, "position": str(place), "mode": "refine"}
    if title:
        arguments["title"] = title
    text = f"[page {place} of {deck.id} version {made.version}]"
    shown = {"deck": deck.id, "page_id": page.id, "mode": "refine", "edits": text}
    return made, Step(
        tool="update_page",
        arguments={**arguments, "edits": edit.blocks},
        result=f"{first} of {len(pages)} ({page.id}): {changed}",
        stub=Stub(arguments=shown, result=f"{first}: {changed}"),
    )


def remove_page(deck: Deck, place: int, *, said: str = "") -> tuple[Deck, Step]:
    """`remove_pages` of one page; `said` as for `insert_page`."""
    pages = (*deck.pages[: place - 1], *deck.pages[place:])
    made = replace(deck, pages=pages, version=deck.version + 1)
    first = f"Arranged {deck.id} version {made.version}. Removed 1 page."
    arguments = {"deck": deck.id, "positions": said or str(place)}
    result = f"{first} {_list_pages(made)}"
    return made, Step(tool="remove_pages", arguments=arguments, result=result)


def move_page(deck: Deck, start: int, to: int) -> tuple[Deck, Step]:
    """`move_page` from one position to another."""
    pages = list(deck.pages)
    pages.insert(to - 1, pages.pop(start - 1))
    made = replace(deck, pages=tuple(pages), version=deck.version + 1)
    arguments = {"deck": deck.id, "from": str(start), "to": str(to)}
    result = f"Arranged {deck.id} version {made.version}. {_list_pages(made)}"
    return made, Step(tool="move_page", arguments=arguments, result=result)


def set_theme(deck: Deck, theme: str) -> tuple[Deck, Step]:
    """`set_theme` by name."""
    made = replace(deck, theme=theme, version=deck.version + 1)
    arguments = {"deck": deck.id, "theme": theme}
    result = f"Restyled {deck.id} version {made.version}. Theme {theme}."
    stub = Stub(arguments=arguments, result=result)
    return made, Step(tool="set_theme", arguments=arguments, result=result, stub=stub)


def _list_pages(deck: Deck) -> str:
    titles = [f"{place} {page.title}" for place, page in enumerate(deck.pages, 1)]
    return "Pages now: " + " · ".join(titles) + "."

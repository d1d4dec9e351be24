"""Changing a deck that was made earlier in the chat: one thing changes, the rest stays."""

import html
from collections.abc import Callable
from dataclasses import dataclass

from engine.training.corpus.decks import change_wording as wording
from engine.training.corpus.decks import making
from engine.training.corpus.decks.deck import (
    Deck,
    Page,
    draw_page_id,
    insert_page,
    move_page,
    read_page,
    remove_page,
    set_theme,
    update_page,
)
from engine.training.corpus.decks.pages import escape, render_facts
from engine.training.corpus.decks.wording import THEME_COLORS
from engine.training.corpus.saying import answer, say, say_one_of
from engine.training.corpus.steps import undo_step
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

FAMILY = "deck_change"
# Of the corpus' changes: the last page by that word, a theme as one asks for a color.
_LAST_SHARE, _SHORT_SHARE = 0.35, 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """A turn that changes a deck, and the deck after it."""

    turn: Turn
    deck: Deck


def sample_past_deck(values: Values) -> tuple[Turn, Deck]:
    """The turn in which the deck was made: of a topic or of notes, at least three pages."""
    if values.rng.random() < 0.7:
        return making.sample_turn(values)
    return making.sample_notes_turn(values)


def sample_change(values: Values, deck: Deck) -> Change:
    """One of eight kinds of change, undo aside."""
    kinds = (rename_page, replace_text, remove_one, move_one, add_one, change_theme, set_point)
    return values.rng.choices(kinds, (4, 4, 2, 2, 3, 2, 3))[0](values, deck)


def rename_page(values: Values, deck: Deck) -> Change:
    """Another title for one page, in the page and in the overview."""
    place = _draw_page(values, deck)
    page = deck.pages[place - 1]
    new = _draw_other(values.name, _heading(page))
    content = page.content.replace(_line("h1", _heading(page)), _line("h1", new))
    trace = f"The user wants another title.\nPage: {place}\nTitle: {new}"
    changed, update = update_page(deck, place, content, new)
    rounds = ((read_page(deck, place),), (update,))
    slots = {"k": str(place), "n": new}
    prompt = say_one_of(values.rng, values.language, wording.TITLE, **slots)
    reply = answer(values.language, wording.DONE_TITLE, **slots)
    return Change(Turn(prompt, trace, reply, rounds), changed)


def replace_text(values: Values, deck: Deck) -> Change:
    """Words that are quoted in the prompt become other words."""
    place = _draw_page(values, deck)
    old = values.rng.choice(_texts(deck.pages[place - 1]))
    new = _draw_other(values.rng.choice((values.note, values.name)), old)
    template = values.rng.choice(wording.TEXT[values.language])
    prompt = say(values.rng, values.language, template, k=str(place), o=old, n=new)
    return _rewrite(values, deck, prompt, place, old, new)


def set_point(values: Values, deck: Deck) -> Change:
    """A point that is named by its number becomes another one."""
    place = _draw_page(values, deck)
    texts = _texts(deck.pages[place - 1])
    if len(texts) != 3:
        return replace_text(values, deck)
    number = values.rng.randrange(3)
    new = _draw_other(values.note, texts[number])
    ordinal = wording.ORDINALS[values.language][number]
    slots = {"k": str(place), "i": ordinal, "n": new}
    prompt = say_one_of(values.rng, values.language, wording.POINT, **slots)
    return _rewrite(values, deck, prompt, place, texts[number], new)


def remove_one(values: Values, deck: Deck) -> Change:
    """A page is taken out."""
    if not values.held_out and values.rng.random() < _LAST_SHARE:
        return _remove_last(values, deck)
    place = _draw_page(values, deck)
    changed, step = remove_page(deck, place)
    prompt = say_one_of(values.rng, values.language, wording.REMOVE, k=str(place))
    trace = f"The user wants a page removed.\nPage: {place}"
    reply = answer(values.language, wording.DONE_REMOVE, k=str(place))
    return Change(Turn(prompt, trace, reply, ((step,),)), changed)


def _remove_last(values: Values, deck: Deck) -> Change:
    changed, step = remove_page(deck, len(deck.pages), said="last")
    prompt = say_one_of(values.rng, values.language, wording.REMOVE_LAST)
    trace = "The user wants a page removed.\nPage: last"
    reply = answer(values.language, wording.DONE_REMOVE_LAST)
    return Change(Turn(prompt, trace, reply, ((step,),)), changed)


def move_one(values: Values, deck: Deck) -> Change:
    """A page goes to another place."""
    start, to = values.rng.sample(range(1, len(deck.pages) + 1), 2)
    changed, step = move_page(deck, start, to)
    slots = {"k": str(start), "i": str(to)}
    prompt = say_one_of(values.rng, values.language, wording.MOVE, **slots)
    trace = f"The user wants a page moved.\nFrom: {start}\nTo: {to}"
    reply = answer(values.language, wording.DONE_MOVE, **slots)
    return Change(Turn(prompt, trace, reply, ((step,),)), changed)


def add_one(values: Values, deck: Deck) -> Change:
    """A page with a title and three points of the prompt, behind all others."""
    title, points = values.name(), values.notes(3)
    content = render_facts(values.language, 2, title, points)
    place = len(deck.pages) + 1
    page = Page(draw_page_id(values.rng), title, content)
    changed, step = insert_page(deck, place, page, said="last")
    slots = dict(zip("abc", points, strict=True)) | {"n": title}
    prompt = say_one_of(values.rng, values.language, wording.ADD, **slots)
    listed = "\n".join(points)
    trace = f"The user wants a new page.\nTitle: {title}\nPoints:\n{listed}"
    reply = answer(values.language, wording.DONE_ADD, n=title, k=str(place))
    return Change(Turn(prompt, trace, reply, ((step,),)), changed)


def change_theme(values: Values, deck: Deck) -> Change:
    """Another look."""
    theme = values.rng.choice([name for name in making.THEMES if name != deck.theme])
    color = values.rng.choice(THEME_COLORS[theme][values.language])
    changed, step = set_theme(deck, theme)
    short = not values.held_out and values.rng.random() < _SHORT_SHARE
    phrases = wording.SHORT_THEME if short else wording.THEME
    prompt = say_one_of(values.rng, values.language, phrases, c=color)
    trace = f"The user wants another theme.\nTheme: {theme}"
    reply = answer(values.language, wording.DONE_THEME, c=theme)
    return Change(Turn(prompt, trace, reply, ((step,),)), changed)


def undo_turn(values: Values, name: str, *, version: int, restored: int) -> Turn:
    """ "Undo that": the artifact as it was in version `restored`, stored as `version`."""
    prompt = say_one_of(values.rng, values.language, wording.UNDO)
    step = undo_step(name, version=version, restored=restored)
    trace = f"The user wants the last change undone.\nId: {name}"
    return Turn(prompt, trace, answer(values.language, wording.DONE_UNDO), ((step,),))


def _rewrite(values: Values, deck: Deck, prompt: str, place: int, old: str, new: str) -> Change:
    content = deck.pages[place - 1].content
    lines = {_line(tag, old): _line(tag, new) for tag in ("h1", "p", "li")}
    for line, rewritten in lines.items():
        content = content.replace(line, rewritten)
    trace = f"The user wants another text.\nPage: {place}\nOld: {old}\nNew: {new}"
    changed, update = update_page(deck, place, content)
    rounds = ((read_page(deck, place),), (update,))
    reply = answer(values.language, wording.DONE_TEXT, k=str(place), n=new)
    return Change(Turn(prompt, trace, reply, rounds), changed)


def _draw_page(values: Values, deck: Deck) -> int:
    return values.rng.randint(1, len(deck.pages))


def _line(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"


def _heading(page: Page) -> str:
    return next(text for tag, text in _tagged(page) if tag == "h1")


def _texts(page: Page) -> list[str]:
    """What a page says below its heading."""
    return [text for tag, text in _tagged(page) if tag in ("p", "li")]


def _tagged(page: Page) -> list[tuple[str, str]]:
    found = []
    for line in page.content.split("\n"):
        for tag in ("h1", "p", "li"):
            if line.startswith(f"<{tag}>"):
                text = line.removeprefix(f"<{tag}>").removesuffix(f"</{tag}>")
                found.append((tag, html.unescape(text)))
    return found


def _draw_other(draw: Callable[[], str], old: str) -> str:
    while (new := draw()) == old:
        pass
    return new

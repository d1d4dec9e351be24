"""Making decks: about a topic that is known, or from notes that stand in the prompt."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.training.corpus import names
from engine.training.corpus.decks import wording
from engine.training.corpus.decks.deck import Deck, Page, begin_deck, draw_page_id, insert_page
from engine.training.corpus.decks.pages import (
    render_cover,
    render_facts,
    render_rows,
    render_statement,
)
from engine.training.corpus.decks.topics import DEFAULT_THEME, Topic, load_topics
from engine.training.corpus.languages import Language, ask
from engine.training.corpus.saying import answer, say
from engine.training.corpus.turns import Step, Turn
from engine.training.corpus.values import Values

FAMILY = "deck"
NOTES_FAMILY = "deck_from_notes"
THEMES = tuple(wording.THEME_COLORS)
PAGE_COUNTS = (3, 4, 5, 6, 7, 8)
DEFAULT_COUNT = 5
_CAPITAL_SHARE = 0.3
_COUNTED_SHARE = 0.3
_IN_LINE_SHARE = 0.25
Made = tuple[str, str]  # title and content of a page


@dataclass(frozen=True, slots=True)
class DeckWish:
    """The slots of a deck about a topic; `theme` is empty if none is asked for."""

    language: Language
    topic: Topic
    count: int = DEFAULT_COUNT
    theme: str = ""


def sample_wish(values: Values) -> DeckWish:
    """A topic, perhaps a number of pages, perhaps a theme; the combination is held out or not."""
    rng, language = values.rng, values.language
    while True:
        topic = rng.choice(tuple(load_topics(language).values()))
        count = rng.choice(PAGE_COUNTS) if rng.random() < 0.6 else DEFAULT_COUNT
        theme = rng.choice(THEMES) if rng.random() < 0.4 else ""
        if names.is_held_out(f"{topic.key} {count} {theme}") is values.held_out:
            return DeckWish(language, topic, count, theme)


def sample_turn(values: Values) -> tuple[Turn, Deck]:
    """A request for a deck about a topic, with the deck."""
    wish = sample_wish(values)
    if values.held_out:
        return make_deck(values.rng, wish, phrase_wish(values.rng, wish))
    counted = values.rng.random() < _COUNTED_SHARE
    prompt = phrase_wish(values.rng, _capitalize(values.rng, wish), counted=counted)
    return make_deck(values.rng, wish, prompt)


def _capitalize(rng: random.Random, wish: DeckWish) -> DeckWish:
    """English: at times the topic stands in the request as a title does ("about Volcanoes")."""
    if wish.language is not Language.ENGLISH or rng.random() >= _CAPITAL_SHARE:
        return wish
    asked = tuple(words[0].upper() + words[1:] for words in wish.topic.asked)
    return replace(wish, topic=replace(wish.topic, asked=asked))


def phrase_wish(rng: random.Random, wish: DeckWish, *, counted: bool = False) -> str:
    """The wish as a person might type it; `counted` if it begins with the number of pages."""
    language, clauses = wish.language, []
    slots = {"t": rng.choice(wish.topic.asked)}
    if counted:
        slots["k"] = str(wish.count)
    elif wish.count != DEFAULT_COUNT or rng.random() < 0.4:
        clauses.append(rng.choice(wording.COUNTS[language]))
        word = wording.NUMBER_WORDS[language][wish.count - PAGE_COUNTS[0]]
        plain = "页" in clauses[0] or language in (Language.ENGLISH, Language.RUSSIAN)
        slots["k"] = word if plain and rng.random() < 0.3 else str(wish.count)
    if wish.theme:
        by_color = rng.random() < 0.6
        kind = wording.COLOR_CLAUSES if by_color else wording.THEME_CLAUSES
        clauses.append(rng.choice(kind[language]))
        colors = wording.THEME_COLORS[wish.theme][language]
        slots["c"] = rng.choice(colors) if by_color else wish.theme
    opener = rng.choice(wording.OPENERS[language])
    subjects = wording.COUNTED_SUBJECTS if counted else wording.SUBJECTS
    subject = rng.choice(subjects[language])
    if counted and language is Language.RUSSIAN:
        subject = subject.replace("презентацию", "@")
    if language is Language.RUSSIAN:
        subject = decline(opener, subject)
    if language is Language.KOREAN:
        subject = f"|{subject}"
    return ask(rng, language, opener=opener, subject=subject, clauses=clauses, slots=slots)


def make_deck(rng: random.Random, wish: DeckWish, prompt: str) -> tuple[Turn, Deck]:
    """The deck of the wish, made in one round of calls."""
    topic, theme = wish.topic, wish.theme or wish.topic.theme
    trace = (
        f"The user wants a deck.\nTopic: {topic.title}\nPages: {wish.count}\nTheme: {theme}\n"
        f"Language: {wish.language.value}"
    )
    deck, steps = _build(
        rng, Deck(topic.key, topic.title, theme), list_pages(wish.language, topic, wish.count)
    )
    reply = answer(wish.language, wording.REPLY, n=topic.title, k=str(wish.count))
    return Turn(prompt, trace, reply, (tuple(steps),)), deck


def list_pages(language: Language, topic: Topic, count: int) -> list[Made]:
    """Titles and contents: a cover, up to five pages of facts, and from seven on a closing."""
    facts = topic.pages[: min(count - 1, 5)]
    pages = [(topic.title, render_cover(language, topic.title, topic.subtitle))]
    if count == 8:
        title = wording.OVERVIEW[language]
        pages.append((title, render_rows(language, title, [page.title for page in facts])))
    for number, page in enumerate(facts):
        pages.append((page.title, render_facts(language, number, page.title, page.points)))
    if count >= 7:
        title = wording.CLOSING[language]
        pages.append((title, render_rows(language, title, [page.points[0] for page in facts])))
    return pages


def sample_notes_turn(values: Values) -> tuple[Turn, Deck]:
    """Notes and a title in the prompt, and a deck in their words."""
    rng, language = values.rng, values.language
    title, theme, sections = values.name(), DEFAULT_THEME, rng.random() < 0.5
    texts = values.notes(rng.choice((2, 3, 3, 4, 5)))
    headings = [values.name() if sections else title for _ in texts]
    lines = [f"{h}: {t}" if sections else t for h, t in zip(headings, texts, strict=True)]
    template = rng.choice(wording.NOTES_REQUESTS[language])
    prompt = say(rng, language, template, n=title).rstrip(".。!?？")
    colon = "：" if language is Language.CHINESE else ":"
    if not values.held_out and rng.random() < _IN_LINE_SHARE:
        chinese = language is Language.CHINESE
        prompt += colon + ("；".join(lines) if chinese else f" {'; '.join(lines)}")
    else:
        prompt += f"{colon}\n{_bullet(rng, lines)}"
    pages = [(title, render_cover(language, title, wording.FROM_NOTES[language]))]
    pages += [
        (heading if sections else text, render_statement(language, heading, text))
        for heading, text in zip(headings, texts, strict=True)
    ]
    deck, steps = _build(rng, Deck("notes", title, theme), pages)
    listed = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    trace = (
        f"The user wants a deck from notes.\nTitle: {title}\nTheme: {theme}\nNotes:\n{listed}\n"
        f"Pages: {len(pages)}"
    )
    reply = answer(language, wording.REPLY, n=title, k=str(len(pages)))
    return Turn(prompt, trace, reply, (tuple(steps),)), deck


def _build(rng: random.Random, deck: Deck, pages: Sequence[Made]) -> tuple[Deck, list[Step]]:
    deck, first = begin_deck(deck, [title for title, _ in pages])
    steps = [first]
    for place, (title, content) in enumerate(pages, 1):
        deck, step = insert_page(deck, place, Page(draw_page_id(rng), title, content))
        steps.append(step)
    return deck, steps


def _bullet(rng: random.Random, lines: Sequence[str]) -> str:
    style = rng.choice(("- ", "- ", "* ", "", "{}. "))
    return "\n".join(f"{style.format(number)}{line}" for number, line in enumerate(lines, 1))


def decline(opener: str, subject: str) -> str:
    """Russian: "нужна презентация", but "сделай презентацию"; the adjective goes along."""
    nominative = "нужна" in opener.lower() or "была" in opener
    noun = "презентация" if nominative else "презентацию"
    ending = "ая " if nominative else "ую "
    return (
        subject.replace("небольш@", f"небольш{ending}{noun}")
        .replace("школьн@", f"школьн{ending}{noun}")
        .replace("@", noun)
    )

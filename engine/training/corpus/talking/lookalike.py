"""Wishes and questions that glm-nano cannot fulfill, in the words of those that it can.

They are put together by the openers and clauses of games, pictures, pages and decks, with names
and colors, and only the noun says that it is something else; questions hold the words of things
that can be made.
"""

from enum import StrEnum

from engine.training.corpus import asking
from engine.training.corpus import vocabulary as words
from engine.training.corpus.colors import COLORS
from engine.training.corpus.decks import wording as decks
from engine.training.corpus.decks.making import decline
from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.languages import Choices, Language, ask
from engine.training.corpus.saying import say
from engine.training.corpus.talking import beyond_wording
from engine.training.corpus.talking import lookalike_wording as wording
from engine.training.corpus.values import Values


class Lookalike(StrEnum):
    """What is asked for."""

    GAME = "game"
    PICTURE = "picture"
    TEXT = "text"
    THING = "thing"
    TOPIC = "topic"
    PAGES = "pages"
    QUESTION = "question"


_WEIGHTS = (4, 3, 4, 3, 3, 2, 6)
_WISHES: dict[Lookalike, tuple[Choices, Choices]] = {
    Lookalike.GAME: (wording.GAMES, asking.PLAY),
    Lookalike.PICTURE: (wording.PICTURES, asking.DRAW),
    Lookalike.TEXT: (wording.TEXTS, asking.MAKE),
    Lookalike.THING: (wording.THINGS, asking.MAKE),
}
_NAME_SHARE, _COLOR_SHARE, _SPEED_SHARE = 0.3, 0.2, 0.25
_COUNT_SHARE, _THEME_SHARE = 0.5, 0.3
_TOO_MANY = range(9, 31)
_MANY_WORDS: Choices = {
    Language.ENGLISH: ("nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty"),
    Language.CHINESE: ("九", "十", "十二", "十五", "二十"),
    Language.RUSSIAN: ("девяти", "десяти", "двенадцати", "пятнадцати", "двадцати"),
    Language.KOREAN: ("10", "12", "15", "20"),
}


def draw_lookalike(values: Values) -> tuple[str, Lookalike]:
    """A prompt, and what it asks for."""
    kind = values.rng.choices(tuple(Lookalike), _WEIGHTS)[0]
    if kind is Lookalike.QUESTION:
        return _ask_question(values), kind
    if kind in (Lookalike.TOPIC, Lookalike.PAGES):
        return _ask_deck(values, kind), kind
    return _ask_thing(values, kind), kind


def _ask_question(values: Values) -> str:
    rng, language = values.rng, values.language
    color = rng.choice(COLORS)
    template = rng.choice(wording.QUESTIONS[language])
    template = template.replace("{cg}", color.russian_genitive)
    slots = {"c": color.word(language), "t": _thing(values), "l": rng.choice(words.LANGUAGES)}
    return say(rng, language, template, **slots)


def _ask_thing(values: Values, kind: Lookalike) -> str:
    rng, language = values.rng, values.language
    subjects, openers = _WISHES[kind]
    clauses, given = [], {"t": _thing(values)}
    named = kind in (Lookalike.GAME, Lookalike.THING) and rng.random() < _NAME_SHARE
    if named:
        clauses.append(rng.choice(asking.NAMES[language]))
        given["n"] = values.name()
    subject = rng.choice(subjects[language])
    if kind in (Lookalike.GAME, Lookalike.PICTURE) and rng.random() < _COLOR_SHARE:
        clauses.append(_color_clause(values))
    if kind is Lookalike.GAME and rng.random() < _SPEED_SHARE:
        clauses.append(rng.choice(rng.choice((asking.SLOW, asking.FAST))[language]))
    if "|" not in subject:
        clauses = [clause for clause in clauses if not clause.startswith("<")]
    opener = rng.choice(openers[language])
    return ask(rng, language, opener=opener, subject=subject, clauses=clauses, slots=given)


def _color_clause(values: Values) -> str:
    color = values.rng.choice(COLORS)
    clause = values.rng.choice(asking.COLORS[values.language])
    return clause.replace("{cg}", color.russian_genitive).replace(
        "{c}", color.word(values.language)
    )


def _ask_deck(values: Values, kind: Lookalike) -> str:
    """A deck on a topic that is not known, or on one that is, with too many pages."""
    rng, language = values.rng, values.language
    clauses, slots = [], {"t": rng.choice(wording.TOPICS[language])}
    if kind is Lookalike.PAGES:
        slots["t"] = rng.choice(rng.choice(tuple(load_topics(language).values())).asked)
        clauses.append(rng.choice(decks.COUNTS[language]))
        many = str(rng.choice(_TOO_MANY))
        slots["k"] = rng.choice(_MANY_WORDS[language]) if rng.random() < 0.4 else many
    elif rng.random() < _COUNT_SHARE:
        clauses.append(rng.choice(decks.COUNTS[language]))
        slots["k"] = str(rng.randint(3, 12))
    if rng.random() < _THEME_SHARE:
        theme = rng.choice(tuple(decks.THEME_COLORS.values()))
        clauses.append(rng.choice(decks.COLOR_CLAUSES[language]))
        slots["c"] = rng.choice(theme[language])
    opener, subject = rng.choice(decks.OPENERS[language]), rng.choice(decks.SUBJECTS[language])
    if language is Language.RUSSIAN:
        subject = decline(opener, subject)
    if language is Language.KOREAN:
        subject = f"|{subject}"
    return ask(rng, language, opener=opener, subject=subject, clauses=clauses, slots=slots)


def _thing(values: Values) -> str:
    return values.rng.choice(beyond_wording.THINGS[values.language])

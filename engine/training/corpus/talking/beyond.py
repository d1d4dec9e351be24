"""Everything else: an honest short answer that offers the nearest thing glm-nano can make."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.languages import Choices, Language, Texts
from engine.training.corpus.saying import answer, say_one_of
from engine.training.corpus.talking import beyond_wording as wording
from engine.training.corpus.talking import english
from engine.training.corpus.talking.lookalike import Lookalike, draw_lookalike
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

FAMILY = "beyond"
QUIZ_SHARE = 0.06
LOOKALIKE_SHARE = 0.55
FILLED_SHARE = 0.5  # of English questions and wishes for a text: filled templates are very many
_EN, _ZH, _RU, _KO = Language


class Kind(StrEnum):
    """What is asked for, and so what is offered instead."""

    QUESTION = "question"
    GAME = "game"
    PICTURE = "picture"
    TEXT = "text"
    DECK = "deck"
    PAGES = "pages"
    QUIZ = "quiz"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Beyond:
    """How such a request is thought about and answered; `{x}` is an example to try."""

    trace: str
    reply: Texts


_CANNOT: Mapping[Kind, _Beyond] = {
    Kind.QUESTION: _Beyond(
        "The user asks a question. I am too small to know, so I say it.", wording.CANNOT_ANSWER
    ),
    Kind.GAME: _Beyond("The user wants a game that I do not know.", wording.CANNOT_GAME),
    Kind.PICTURE: _Beyond("The user wants a picture that I cannot draw.", wording.CANNOT_DRAW),
    Kind.TEXT: _Beyond("The user wants a text or code. I am too small.", wording.CANNOT_WRITE),
    Kind.DECK: _Beyond("The user wants a deck on a topic that I do not know.", wording.CANNOT_DECK),
    Kind.PAGES: _Beyond("The user wants more pages than I can make.", wording.CANNOT_PAGES),
    Kind.QUIZ: _Beyond("The user wants a quiz without questions. I know none.", wording.CANNOT_ASK),
    Kind.OTHER: _Beyond("I cannot do this. I say it honestly.", wording.CANNOT_DO),
}
_PROMPTS: Mapping[Kind, Choices] = {
    Kind.QUESTION: wording.QUESTIONS,
    Kind.GAME: wording.GAMES,
    Kind.PICTURE: wording.PICTURES,
    Kind.TEXT: wording.TEXTS,
    Kind.DECK: wording.DECKS,
    Kind.QUIZ: wording.QUIZZES,
    Kind.OTHER: wording.OTHERS,
}
_FILLED: dict[Kind, Callable[[random.Random], str]] = {
    Kind.QUESTION: english.draw_question,
    Kind.TEXT: english.draw_text_wish,
}
_WEIGHTS = {
    **{Kind.QUESTION: 8, Kind.GAME: 3, Kind.PICTURE: 3, Kind.TEXT: 4, Kind.DECK: 3},
    Kind.OTHER: 3,
}
_LOOKALIKES: Mapping[Lookalike, Kind] = {
    Lookalike.GAME: Kind.GAME,
    Lookalike.PICTURE: Kind.PICTURE,
    Lookalike.TEXT: Kind.TEXT,
    Lookalike.THING: Kind.OTHER,
    Lookalike.TOPIC: Kind.DECK,
    Lookalike.PAGES: Kind.PAGES,
    Lookalike.QUESTION: Kind.QUESTION,
}


def sample_turn(values: Values) -> Turn:
    """A request that glm-nano cannot fulfill, with its honest answer."""
    if not values.held_out and values.rng.random() < QUIZ_SHARE:
        topic = values.rng.choice(tuple(load_topics(values.language).values()))
        thing = values.rng.choice((*wording.THINGS[values.language], topic.title.lower()))
        prompt = say_one_of(values.rng, values.language, wording.QUIZZES, t=thing)
        return answer_kind(values.language, prompt, Kind.QUIZ)
    if not values.held_out and values.rng.random() < LOOKALIKE_SHARE:
        prompt, lookalike = draw_lookalike(values)
        return answer_kind(values.language, prompt, _LOOKALIKES[lookalike])
    kind = values.rng.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
    is_fillable = kind in _FILLED and values.language is Language.ENGLISH
    if is_fillable and values.rng.random() < FILLED_SHARE:
        prompt = _FILLED[kind](values.rng)
    else:
        slots = {
            "t": values.rng.choice(wording.THINGS[values.language]),
            "o": values.rng.choice(wording.THINGS[values.language]),
            "p": values.rng.choice(wording.PEOPLE[values.language]),
            "c": values.rng.choice(wording.COUNTRIES[values.language]),
            "g": values.rng.choice(wording.GAME_NAMES[values.language]),
            "k": values.number(),
            "l": values.number(),
            "n": values.name(),
        }
        prompt = say_one_of(values.rng, values.language, _PROMPTS[kind], **slots)
    return answer_kind(values.language, prompt, kind)


def answer_kind(language: Language, prompt: str, kind: Kind) -> Turn:
    """The honest answer to a prompt of the kind."""
    beyond = _CANNOT[kind]
    return Turn(prompt, beyond.trace, answer(language, beyond.reply))


def sample_search_without_tool(values: Values, prompt: str) -> Turn:
    """A wish for news where no search is at hand."""
    return Turn(
        prompt,
        "The user wants something from the web. I have no search here, so I say it.",
        answer(values.language, wording.CANNOT_SEARCH),
    )

"""Requests for a game or a badge with a name of words that glm-nano cannot write."""

import random

from engine.training.corpus import badge, flappy_bird, snake, vocabulary
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.honesty import UNKNOWN_NAME, invent_word
from engine.training.corpus.phrasing import phrase_request
from engine.training.corpus.words import is_known, sample_name

FAMILY = "unknown_name"
_ORDINARY = tuple(
    word
    for word in (
        *vocabulary.COUNTRIES,
        *vocabulary.CITIES,
        *vocabulary.PEOPLE,
        *(word.title() for word in (*vocabulary.THINGS, *vocabulary.PICTURES, *vocabulary.DISHES)),
        *(word.title() for word in (*vocabulary.OTHER_GAMES, *vocabulary.VERBS)),
    )
    if not is_known(word) and word.isalpha()
)


def sample_exchange(rng: random.Random) -> Exchange:
    """An otherwise ordinary request whose name has at least one unknown word."""
    family = rng.choice((badge, badge, flappy_bird, snake))
    wish, _ = family.sample_wish(rng)
    wish.name = _unknown_name(rng)
    return Exchange(phrase_request(rng, wish), *UNKNOWN_NAME)


def _unknown_name(rng: random.Random) -> str:
    strange = invent_word(rng).title() if rng.random() < 0.6 else rng.choice(_ORDINARY)
    kind = rng.random()
    if kind < 0.4:
        return strange
    known = sample_name(rng, 1)
    return f"{strange} {known}" if kind < 0.7 else f"{known} {strange}"

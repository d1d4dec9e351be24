"""Saying words back: the shortest exercise in reading a name and writing it again."""

import random

from engine.training.corpus.conversation import Exchange
from engine.training.corpus.phrasing import roughen
from engine.training.corpus.words import sample_name

FAMILY = "echo"
_PROMPTS = (
    *("Say {n}",) * 3,
    "Say: {n}",
    'Say "{n}"',
    "Please say {n}",
    "Can you say {n}?",
    "Repeat {n}",
    "Repeat after me: {n}",
    'Repeat "{n}"',
    "Write {n}",
    "Write the words {n}",
    "Type {n}",
    "Just write {n}",
    "Answer with {n}",
    "Reply with {n}",
    "Can you write {n}?",
    "Can you repeat {n}?",
    "Print {n}",
    "Echo {n}",
)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request to say one to three known words, and the words."""
    name = sample_name(rng, rng.choice((1, 2, 2, 2, 3)))
    prompt = roughen(rng, rng.choice(_PROMPTS).format(n=name))
    return Exchange(prompt, f"The user wants me to say words.\nText: {name}", f"{name}.")

"""The editions of the corpus: which mixture a run draws from, and with which drills it begins."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from engine.training.corpus import echo, mixture, plan, second_edition
from engine.training.corpus.conversation import Conversation
from engine.training.corpus.drills import planning, quoting
from engine.training.corpus.words import COLORS, WORDS


@dataclass(frozen=True, slots=True)
class Edition:
    """A mixture. `drills` are its short families that copy from the prompt; each of `words` is to
    be one token."""

    name: str
    sample_conversation: Callable[[random.Random], Conversation]
    sample_of_family: Callable[[random.Random, str], Conversation]
    drills: tuple[str, ...]
    words: tuple[str, ...]


FIRST = Edition(
    "first",
    mixture.sample_conversation,
    mixture.sample_of_family,
    (plan.FAMILY, echo.FAMILY),
    (*WORDS, *COLORS),
)
SECOND = Edition(
    "second",
    second_edition.sample_conversation,
    second_edition.sample_of_family,
    (planning.FAMILY, quoting.FAMILY),
    (),
)
EDITIONS = {edition.name: edition for edition in (FIRST, SECOND)}

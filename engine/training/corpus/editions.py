"""The editions of the corpus: which mixture a run draws from, and with which drills it begins."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from engine.training.corpus import echo, mixture, plan, second_edition
from engine.training.corpus.conversation import ARTIFACT_CREATE, Conversation
from engine.training.corpus.drills import planning, quoting
from engine.training.corpus.tools import SEARCH_TOOLS
from engine.training.corpus.words import COLORS, WORDS


@dataclass(frozen=True, slots=True)
class Edition:
    """A mixture. `drills` are its short families that copy from the prompt; each of `words` is to
    be one token; `tools` are the names of those it calls."""

    name: str
    sample_conversation: Callable[[random.Random], Conversation]
    sample_of_family: Callable[[random.Random, str], Conversation]
    drills: tuple[str, ...]
    words: tuple[str, ...]
    tools: tuple[str, ...]


FIRST = Edition(
    "first",
    mixture.sample_conversation,
    mixture.sample_of_family,
    (plan.FAMILY, echo.FAMILY),
    (*WORDS, *COLORS),
    (ARTIFACT_CREATE.name,),
)
SECOND = Edition(
    "second",
    second_edition.sample_conversation,
    second_edition.sample_of_family,
    (planning.FAMILY, quoting.FAMILY),
    (),
    tuple(tool.name for tool in SEARCH_TOOLS),
)
EDITIONS = {edition.name: edition for edition in (FIRST, SECOND)}

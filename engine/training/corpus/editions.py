"""The editions: the mixture that a run draws from, its drills, and the recipe that suits it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.training.corpus import echo, mixture, plan, second_edition
from engine.training.corpus.conversation import ARTIFACT_CREATE, Conversation
from engine.training.corpus.tools import SEARCH_TOOLS
from engine.training.corpus.words import COLORS, WORDS
from engine.training.recipe import (
    FOURTH_RECIPE,
    FURTHER_RECIPE,
    SECOND_RECIPE,
    SECOND_SHAPE,
    THIRD_RECIPE,
    NetworkShape,
    TrainingRecipe,
)


@dataclass(frozen=True, slots=True)
class Edition:
    """A mixture, and the model that learns it. `drills` are its short families that copy from the
    prompt; each of `words` is to be one token; `tools` are the names of those it calls."""

    name: str
    sample_conversation: Callable[[random.Random], Conversation]
    sample_of_family: Callable[[random.Random, str], Conversation]
    drills: tuple[str, ...]
    words: tuple[str, ...]
    tools: tuple[str, ...]
    shape: NetworkShape
    recipe: TrainingRecipe


FIRST = Edition(
    "first",
    mixture.sample_conversation,
    mixture.sample_of_family,
    (plan.FAMILY, echo.FAMILY),
    (*WORDS, *COLORS),
    (ARTIFACT_CREATE.name,),
    NetworkShape(),
    TrainingRecipe(),
)
SECOND = Edition(
    "second",
    second_edition.sample_conversation,
    second_edition.sample_of_family,
    second_edition.DRILLS,
    (),
    tuple(tool.name for tool in SEARCH_TOOLS),
    SECOND_SHAPE,
    SECOND_RECIPE,
)
FURTHER = replace(SECOND, name="further", recipe=FURTHER_RECIPE)
THIRD = replace(SECOND, name="third", recipe=THIRD_RECIPE)
FOURTH = replace(SECOND, name="fourth", recipe=FOURTH_RECIPE)
EDITIONS = {edition.name: edition for edition in (FIRST, SECOND, FURTHER, THIRD, FOURTH)}

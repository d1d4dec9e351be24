"""Cases of every family: chats that the corpus never holds, with the right last turn.

Names, dates, numbers and combinations come from what is held out; see `values` and `names`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.protocol import ToolSpec
from engine.training.corpus import WEIGHTS, Chat, sample_chat, sample_earlier
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import Request, answer_request, draw_request
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import Lot
from engine.training.corpus.tools import ARTIFACT_TOOLS
from engine.training.corpus.turns import Turn, turn_of
from engine.training.corpus.values import Values

BY_HAND = "by_hand"  # the family of what nobody drew


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked after `past`, and the turn that would be right. `request` says what a thing of
    the catalog must be like; None for everything else."""

    id: str
    family: str
    language: Language
    past: tuple[Turn, ...]
    right: Turn
    tools: tuple[ToolSpec, ...]
    thinking: bool
    request: Request | None = None


def ask_by_hand(
    name: str, prompt: str, *, past: tuple[Turn, ...] = (), thinking: bool = True
) -> Case:
    """A message in English that nobody drew; nothing is known of the right turn."""
    turn = Turn(prompt, "", "")
    return Case(name, BY_HAND, Language.ENGLISH, past, turn, ARTIFACT_TOOLS, thinking)


def draw_cases(
    count: int, *, seed: int = 1, families: Sequence[str] = tuple(WEIGHTS)
) -> tuple[Case, ...]:
    """So many cases of each family, the languages in turn, then all of them without thinking."""
    return tuple(_draw_case(seed, family, number) for family in families for number in range(count))


def draw_cases_in_talk(
    count: int, *, seed: int = 1, families: Sequence[str] = tuple(WEIGHTS)
) -> tuple[Case, ...]:
    """The cases of `draw_cases`, each after one to four turns about something else."""
    return tuple(map(_put_into_talk, draw_cases(count, seed=seed, families=families)))


def _put_into_talk(case: Case) -> Case:
    earlier = sample_earlier(random.Random(f"talk:{case.id}"))
    return replace(case, id=f"{case.id}-in-talk", past=(*earlier, *case.past))


def _draw_case(seed: int, family: str, number: int) -> Case:
    rng = random.Random(f"case:{seed}:{family}:{number}")
    language = tuple(Language)[number % len(Language)]
    values = Values(rng, language, held_out=True)
    request = _draw_request(values, family)
    if request is not None:
        chat = Chat(turn_of(answer_request(request)))
    else:
        chat = _draw_askable(values, family)
    return Case(
        id=f"{family}-{language.value}-{number}",
        family=family,
        language=language,
        past=chat.past,
        right=chat.current,
        tools=chat.tools or ARTIFACT_TOOLS,
        thinking=number // len(Language) % 2 == 0,
        request=request,
    )


def _draw_request(values: Values, family: str) -> Request | None:
    if family not in FAMILIES:
        return None
    return draw_request(FAMILIES[family], Lot(values.rng, values.language, values.held_out))


def _draw_askable(values: Values, family: str) -> Chat:
    """A chat whose last turn does not hang on a slip that only the corpus can put there."""
    while True:
        chat = sample_chat(values, family)
        if not any(step.is_given for step in chat.current.steps):
            return chat

"""Sixty prompts written by hand: twenty for games, twenty for badges, twenty for talk.

None of them, nor any of their word pairs, is in the corpus. Data only.
"""

from dataclasses import dataclass
from enum import StrEnum


class Expectation(StrEnum):
    """What a right answer is."""

    FLAPPY_BIRD = "flappy_bird"
    SNAKE = "snake"
    BADGE = "badge"
    HONEST = "honest"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, and what the answer must show. Empty fields are not checked."""

    id: str
    text: str
    expected: Expectation
    name: str = ""
    color: str = ""
    thinking: bool = True
    says: tuple[str, ...] = ()


PROMPTS: tuple[Prompt, ...] = ()

"""What the paced engine is told by a prompt, and what its tokens say. Pure.

A token says its number and when its step was made, on the clock that all processes of a machine
share, so that whoever reads it knows what is missing and how long it was on its way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PROMPT = re.compile(r"pace tokens=(\d+) bytes=(\d+)")


@dataclass(frozen=True, slots=True)
class Pace:
    """An answer of `tokens` tokens, each padded by `padding_bytes`."""

    tokens: int
    padding_bytes: int = 0

    def prompt(self) -> str:
        """The message that asks for it."""
        return f"pace tokens={self.tokens} bytes={self.padding_bytes}"


@dataclass(frozen=True, slots=True)
class Token:
    """Number `number`, made at `step_ns`; the request was taken at `taken_ns`."""

    number: int
    taken_ns: int
    step_ns: int

    def text(self, padding_bytes: int = 0) -> str:
        """As the model writes it."""
        return f"{self.number}:{self.taken_ns}:{self.step_ns}:{'x' * padding_bytes} "


def read_pace(prompt: str) -> Pace:
    """What a prompt asks for; one token if it asks for nothing."""
    found = _PROMPT.search(prompt)
    return Pace(int(found[1]), int(found[2])) if found else Pace(1)


def read_tokens(text: str) -> Iterator[Token]:
    """The tokens of a piece of an answer. Raises ValueError where it is none of ours."""
    for word in text.split():
        number, taken_ns, step_ns, _ = word.split(":")
        yield Token(int(number), int(taken_ns), int(step_ns))

"""Errors to mend: the name of a function of the page, misspelled in one of its calls."""

import random
import re
from dataclasses import dataclass

_DEFINED = re.compile(r"^function (\w{3,})\(", re.MULTILINE)
# A call of the page's own function, not a method's and not inside of a longer name.
_CALL = r"(?<![\w.'\"]){}(?=\()"


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A page with one wrong name; `line` counts from 1."""

    content: str
    line: int
    wrong: str
    right: str

    @property
    def error(self) -> str:
        """What the browser says."""
        return f"ReferenceError: {self.wrong} is not defined"


def misspell(rng: random.Random, content: str) -> Misspelling | None:
    """The page with one call's name misspelled, or None if it calls no function of its own."""
    names = _DEFINED.findall(content)
    lines = content.split("\n")
    calls = [
        (number, name)
        for number, line in enumerate(lines)
        for name in names
        if re.search(_CALL.format(name), line) and not line.startswith("function ")
    ]
    if not calls:
        return None
    number, right = rng.choice(calls)
    wrong = _slip(rng, right)
    if re.search(rf"\b{wrong}\b", content):
        return None
    lines[number] = re.sub(_CALL.format(right), wrong, lines[number], count=1)
    return Misspelling("\n".join(lines), number + 1, wrong, right)


def _slip(rng: random.Random, name: str) -> str:
    at = rng.randrange(1, len(name))
    kind = rng.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return swapped if swapped != name else name + name[-1]

"""What a person may choose about a thing: colors of parts, one of a few ways, a number.

Every slot draws a wish (its value and the clause that asks for it), has a value for when nothing
was asked, and turns a value into the text that stands in the artifact. What is held out for the
evaluation is declared in the slot and never drawn for the corpus.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.training.corpus import asking
from engine.training.corpus.colors import COLORS
from engine.training.corpus.languages import Choices, Language, Texts
from engine.training.corpus.names import draw_held_out_name, draw_name

_WHOLE_SHARE = 0.4
_BARE_SHARE = 0.25
IN_SCRIPT = "/*{}*/"
IN_PICTURE = "<!--{}-->\n"


@dataclass(frozen=True, slots=True)
class Lot:
    """Where the choices of one request come from; `held_out` draws what the corpus never has."""

    rng: random.Random
    language: Language
    held_out: bool = False

    def draw_name(self) -> str:
        """An open name of the language's script, at times in Latin letters."""
        draw = draw_held_out_name if self.held_out else draw_name
        return draw(self.rng, self.language)


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is asked for: its value, the clause, and what the clause's slots hold."""

    value: str
    clause: str
    given: Mapping[str, str] = field(default_factory=dict)


class Slot(Protocol):
    """One choice. `key` is "KEY" for "@KEY" in a template, `label` names it in the trace."""

    @property
    def key(self) -> str:
        """Upper case, unique in its family."""
        ...

    @property
    def label(self) -> str:
        """In English, whatever the language."""
        ...

    @property
    def chance(self) -> float:
        """How often a request says something about it, 0..1."""
        ...

    def draw(self, lot: Lot) -> Wish:
        """A wish."""
        ...

    def get_default(self, language: Language) -> str:
        """The value when nothing was asked."""
        ...

    def to_source(self, value: str, language: Language) -> str:
        """What stands in the artifact for `value`."""
        ...


@dataclass(frozen=True, slots=True)
class ColorSlot:
    """The color of a part; of the `main` one people also ask as the color of the whole thing.

    `part` is a noun as `asking.PARTS` wants it. Values are CSS color keywords.
    """

    key: str
    label: str
    part: Texts
    default: str
    chance: float = 0.3
    plural: bool = False
    main: bool = False

    def draw(self, lot: Lot) -> Wish:
        """Any of the eighteen colors."""
        color = lot.rng.choice(COLORS)
        whole = self.main and lot.rng.random() < _WHOLE_SHARE
        clauses = asking.COLORS if whole else asking.PARTS
        if whole and not lot.held_out and lot.rng.random() < _BARE_SHARE:
            clauses = asking.BARE_COLORS
        clause = lot.rng.choice(clauses[lot.language])
        for mark, text in (
            ("{p}", self.part[lot.language]),
            ("{a}", "" if self.plural else "a "),
            ("{cg}", color.russian_genitive),
            ("{c}", color.word(lot.language)),
        ):
            clause = clause.replace(mark, text)
        return Wish(color.css, clause)

    def get_default(self, language: Language) -> str:
        """The default color, whatever the language."""
        del language
        return self.default

    def to_source(self, value: str, language: Language) -> str:
        """The keyword itself."""
        del language
        return value


@dataclass(frozen=True, slots=True)
class ChoiceSlot:
    """One of a few ways, each with its clauses; `sources` says what stands for it, if not it.

    `naming` holds `{}`: what stands before a source that does not say which way it is.
    """

    key: str
    label: str
    clauses: Mapping[str, Choices]
    default: str
    sources: Mapping[str, str] = field(default_factory=dict)
    chance: float = 0.2
    naming: str = ""

    def draw(self, lot: Lot) -> Wish:
        """Any of the ways that have clauses."""
        value = lot.rng.choice(tuple(self.clauses))
        return Wish(value, lot.rng.choice(self.clauses[value][lot.language]))

    def get_default(self, language: Language) -> str:
        """The default way, whatever the language."""
        del language
        return self.default

    def to_source(self, value: str, language: Language) -> str:
        """The source of the way."""
        del language
        return self.sources.get(value, value)


@dataclass(frozen=True, slots=True)
class NumberSlot:
    """A number that is given in digits: `{v}` in the clauses. `held_out` is never drawn."""

    key: str
    label: str
    clauses: Choices
    numbers: tuple[int, ...]
    held_out: tuple[int, ...]
    default: int
    chance: float = 0.25

    def draw(self, lot: Lot) -> Wish:
        """Any of the numbers."""
        number = str(lot.rng.choice(self.held_out if lot.held_out else self.numbers))
        clause = lot.rng.choice(self.clauses[lot.language]).replace(
            "{v}", f"{{{self.key.lower()}}}"
        )
        return Wish(number, clause, {self.key.lower(): number})

    def get_default(self, language: Language) -> str:
        """The default number, whatever the language."""
        del language
        return str(self.default)

    def to_source(self, value: str, language: Language) -> str:
        """The digits."""
        del language
        return value


def make_speed_slot(slow: str, normal: str, fast: str) -> ChoiceSlot:
    """How fast it goes: "@SPEED"."""
    return ChoiceSlot(
        "SPEED",
        "Speed",
        {"slow": asking.SLOW, "fast": asking.FAST},
        "normal",
        {"slow": slow, "normal": normal, "fast": fast},
        naming=IN_SCRIPT,
    )

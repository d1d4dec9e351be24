"""Choices: which color, speed, sign, number or theme a request asks for, in the words of a thought.

A request stands alone, and may say nothing of the choice, or two to four stand below one another
that differ in this one, so that nothing but its word can tell. The answer is the line that a
thought has, and that stands in a thing's source before the number or the shape.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.training.corpus.decks import making as decks
from engine.training.corpus.drills.families import draw_family
from engine.training.corpus.family import Family, draw_request
from engine.training.corpus.languages import Choices, Language, ask
from engine.training.corpus.saying import fit_particles
from engine.training.corpus.slots import ChoiceSlot, ColorSlot, Lot, NumberSlot, Slot, Wish
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values
from engine.training.corpus.word_slots import NounSlot, RowsSlot

FAMILY = "choices"
_EN, _ZH, _RU, _KO = Language
_DECK_SHARE = 0.15
_ALONE_SHARE = 0.3
_TITLE_SHARE = 0.6
_OTHERS_SHARE = 0.35  # how often a choice of the others is told as well
_ASK: Choices = {
    _EN: (
        *("{l}?", "Only the {l}:", "Which {l} is asked for?", "{l} of each:", "Tell me the {l}:"),
        *("What is the {l} here?", "Read the {l}:"),
    ),
    _ZH: ("{l}？", "只写{l}：", "这里要的{l}是什么？", "读出{l}：", "每个的{l}："),
    _RU: ("{l}?", "Только {l}:", "Какое здесь {l}?", "Прочитай {l}:", "{l} у каждого:"),
    _KO: ("{l}?", "{l}만:", "여기 {l}은(는) 뭐야?", "{l} 읽어 줘:", "각각의 {l}:"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Requests that differ in one choice, and what each of them asks for."""

    label: str
    requests: tuple[str, ...]
    values: tuple[str, ...]


def sample_turn(values: Values) -> Turn:
    """A question for one choice of one request or of several, and the answer."""
    reading = draw_reading(values)
    template = fit_particles(values.rng.choice(_ASK[values.language]), {"l": reading.label})
    question = template.format(l=reading.label)
    lines = [f"{reading.label}: {value}" for value in reading.values]
    requests = list(reading.requests)
    if len(lines) > 1:
        requests = [f"{number}. {text}" for number, text in enumerate(requests, 1)]
        lines = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    trace = f"The user wants to know a choice.\nChoice: {reading.label}"
    return Turn("\n".join((question, *requests)), trace, "\n".join(lines))


def draw_reading(values: Values) -> Reading:
    """One request or two to four, of a thing or of a deck."""
    if values.rng.random() < _ALONE_SHARE:
        return _read_one(values, draw_family(values.rng))
    count = values.rng.choice((2, 3, 3, 4))
    if values.rng.random() < _DECK_SHARE:
        return _read_decks(values, count)
    return _read_things(values, draw_family(values.rng), count)


def _read_one(values: Values, family: Family) -> Reading:
    """Any choice of a request, also one of which it says nothing: then what is made anyway."""
    request = draw_request(family, Lot(values.rng, values.language, values.held_out))
    slot = values.rng.choice([slot for slot in family.slots if is_choice(slot)])
    return Reading(slot.label, (request.prompt,), (request.values[slot.key],))


def _read_things(values: Values, family: Family, count: int) -> Reading:
    rng, language = values.rng, values.language
    lot = Lot(rng, language, values.held_out)
    choices = [slot for slot in family.slots if is_choice(slot)]
    slot = rng.choice(choices)
    wishes = _draw_different(lot, slot, count)
    others = {
        other.key: other.draw(lot)
        for other in family.slots
        if other is not slot and not isinstance(other, RowsSlot) and _is_told(rng, other)
    }
    clauses = [wish.clause for wish in others.values()]
    given = {key: text for wish in others.values() for key, text in wish.given.items()}
    if rng.random() < _TITLE_SHARE:
        clauses.append(rng.choice(family.title_clauses[language]))
        given["n"] = lot.draw_name()
    frame = _Frame(
        language,
        rng.choice(family.openers[language]),
        rng.choice(family.subjects[language]),
        tuple(clauses),
        given,
        rng.random(),
    )
    return Reading(
        slot.label,
        tuple(frame.tell(wish) for wish in wishes),
        tuple(wish.value for wish in wishes),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """A request without one of its choices, and the seed of the hand that types it."""

    language: Language
    opener: str
    subject: str
    clauses: tuple[str, ...]
    given: Mapping[str, str]
    seed: float

    def tell(self, wish: Wish) -> str:
        """The request with the choice."""
        return ask(
            random.Random(self.seed),
            self.language,
            opener=self.opener,
            subject=self.subject,
            clauses=[clause for clause in (*self.clauses, wish.clause) if clause],
            slots={**self.given, **wish.given},
        )


def is_choice(slot: Slot) -> bool:
    """Whether one of a few values, or a number, is chosen."""
    return isinstance(slot, ColorSlot | ChoiceSlot | NumberSlot | NounSlot)


def _is_told(rng: random.Random, slot: Slot) -> bool:
    return isinstance(slot, NounSlot) or rng.random() < _OTHERS_SHARE


def _draw_different(lot: Lot, slot: Slot, count: int) -> list[Wish]:
    """Wishes for different values, as far as there are so many."""
    wishes: dict[str, Wish] = {}
    for _ in range(4 * count):
        wish = slot.draw(lot)
        wishes.setdefault(wish.value, wish)
        if len(wishes) == count:
            break
    return list(wishes.values())


def _read_decks(values: Values, count: int) -> Reading:
    """The same deck with other numbers of pages, or in other themes."""
    rng, wish, seed = values.rng, decks.sample_wish(values), values.rng.random()
    if rng.random() < 0.5:
        numbers = rng.sample(decks.PAGE_COUNTS, count)
        wishes = [replace(wish, count=number) for number in numbers]
        label, told = "Pages", tuple(map(str, numbers))
    else:
        themes = rng.sample(decks.THEMES, count)
        wishes = [replace(wish, theme=theme) for theme in themes]
        label, told = "Theme", tuple(themes)
    requests = tuple(decks.phrase_wish(random.Random(seed), wish) for wish in wishes)
    return Reading(label, requests, told)

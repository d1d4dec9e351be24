"""What a made thing must be for its request: read from the source alone, without a browser.

The requests are drawn with names, words and numbers that the corpus holds out.
"""

import random
import re
from collections.abc import Sequence

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import Family, Request, draw_request, render
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ChoiceSlot, ColorSlot, Lot, NumberSlot
from engine.training.corpus.word_slots import SEPARATOR, ListSlot, NounSlot, RowsSlot, TextSlot


def draw_requests(
    per_language: int, seed: int = 1, families: Sequence[Family] = tuple(FAMILIES.values())
) -> list[Request]:
    """`per_language` requests of every family in every language; the same for the same seed."""
    rng = random.Random(seed)
    return [
        draw_request(family, Lot(rng, language, held_out=True))
        for family in families
        for language in Language
        for _ in range(per_language)
    ]


def is_exact(request: Request, content: str) -> bool:
    """Whether `content` is, letter for letter, what the corpus would have made."""
    return content == render(request.family, request.language, request.values)


def check_call(request: Request, artifact_type: str, title: str, content: str) -> list[str]:
    """What is wrong with a call of `artifact_create`, before anybody looks at the thing."""
    problems = []
    if artifact_type != request.family.artifact_type:
        problems.append(f"it is {artifact_type!r}")
    if title != request.values["TITLE"]:
        problems.append(f"it is titled {title!r}")
    return problems + _check_source(request, content)


def list_wanted_texts(request: Request) -> list[str]:
    """All texts that a person must be able to read in the thing."""
    texts = [] if request.family.artifact_type == "svg" else [request.values["TITLE"]]
    for slot in request.family.slots:
        value = request.values[slot.key]
        if isinstance(slot, ListSlot):
            texts += value.split(SEPARATOR)
        elif isinstance(slot, TextSlot):
            texts.append(value)
        elif isinstance(slot, RowsSlot) and slot.key == "QUESTIONS":
            texts += [row.rsplit(" ", 1)[0] for row in value.split(" | ")]
        elif isinstance(slot, RowsSlot):
            texts += [part for row in value.split(" | ") for part in row.rsplit(" ", 1)]
    return texts


def list_wanted_colors(request: Request) -> list[str]:
    """The colors that were asked for and must be seen, as CSS keywords."""
    return [
        request.values[slot.key]
        for slot in request.family.slots
        if isinstance(slot, ColorSlot) and slot.key in request.asked
    ]


def judge_bars(numbers: Sequence[int], heights: Sequence[float]) -> list[str]:
    """Whether bars of these heights, in pixels, show these numbers: two pixels may be missing."""
    if len(numbers) != len(heights):
        return [f"{len(heights)} bars for {len(numbers)} numbers"]
    if not any(heights):
        return ["there are no bars"]
    scale = max(heights) / max(numbers)
    wrong = [
        number
        for number, height in zip(numbers, heights, strict=True)
        if abs(height - number * scale) > 2
    ]
    return [f"the bar of {number} has another height" for number in wrong]


def _check_source(request: Request, content: str) -> list[str]:
    problems = []
    for slot in request.family.slots:
        if not isinstance(slot, ChoiceSlot | NumberSlot | NounSlot):
            continue
        source = slot.to_source(request.values[slot.key], request.language)
        if not re.search(rf"(?<![\w.]){re.escape(source)}(?!\w)", content):
            problems.append(f"{slot.label} is not {request.values[slot.key]}")
    return problems

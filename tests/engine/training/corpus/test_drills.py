"""Choices: requests that differ in one word, and the line of a thought for it; and drafts."""

import random
import re
from collections.abc import Sequence
from itertools import takewhile

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.drills import choosing, drafting, families
from engine.training.corpus.drills.choosing import draw_reading
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import NumberSlot
from engine.training.corpus.values import Values

every_language = pytest.mark.parametrize("language", Language)


def _measure_difference(requests: tuple[str, ...]) -> int:
    """How many letters of the longest stand between what all begin and what all end with."""
    shared = _count_shared(requests) + _count_shared([request[::-1] for request in requests])
    return max(map(len, requests)) - shared


def _count_shared(texts: Sequence[str]) -> int:
    """How many letters all texts begin with."""
    return sum(
        1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    )


@every_language
def test_requests_of_one_question_differ_in_the_asked_choice_alone(language: Language) -> None:
    rng, alone, several, close = random.Random(3), 0, 0, 0
    for _ in range(300):
        reading = draw_reading(Values(rng, language))
        assert len(reading.requests) == len(reading.values) == len(set(reading.values))
        assert len(set(reading.requests)) == len(reading.requests)
        alone += len(reading.requests) == 1
        several += len(reading.requests) > 1
        close += len(reading.requests) > 1 and _measure_difference(reading.requests) < 40
    assert alone > 40
    assert several > 150
    assert close > 0.5 * several


@every_language
def test_the_answer_is_a_line_for_each_request_in_its_order(language: Language) -> None:
    rng = random.Random(4)
    for _ in range(150):
        turn = choosing.sample_turn(Values(rng, language))
        assert turn.rounds == ()
        lines = turn.reply.split("\n")
        label = turn.trace.rsplit("Choice: ", 1)[1]
        assert label in turn.prompt.split("\n")[0]
        for number, line in enumerate(lines, 1):
            numbered = f"{number}. " if len(lines) > 1 else ""
            assert line.startswith(f"{numbered}{label}: ")
            assert numbered in turn.prompt


def test_every_choice_of_every_family_is_asked_for() -> None:
    rng, labels = random.Random(5), set()
    for _ in range(3000):
        labels.add(draw_reading(Values(rng, Language.ENGLISH)).label)
    wanted = {
        slot.label
        for family in FAMILIES.values()
        for slot in family.slots
        if choosing.is_choice(slot)
    }
    assert wanted | {"Pages", "Theme"} == labels


def test_families_whose_choices_are_missed_are_read_most_often() -> None:
    rng = random.Random(6)
    drawn = [families.draw_family(rng).name for _ in range(4000)]
    assert set(drawn) == set(FAMILIES)
    assert drawn.count("icon") > 2 * drawn.count("calculator")


def test_drills_read_numbers_that_no_thing_has_but_none_of_the_evaluation() -> None:
    rng = random.Random(7)
    read: set[int] = set()
    for _ in range(400):
        family = families.draw_family(rng)
        for slot in family.slots:
            if isinstance(slot, NumberSlot):
                assert not set(slot.held_out) & set(slot.numbers)
        if family.name == "space_shooter":
            read.update(next(s for s in family.slots if isinstance(s, NumberSlot)).numbers)
    assert {2, 3, 5, 9, 12} <= read


@every_language
def test_a_draft_says_what_the_pages_of_its_deck_say_and_no_more(language: Language) -> None:
    by_notes = 0
    for seed in range(40):
        turn = drafting.sample_turn(Values(random.Random(seed), language))
        count = int(re.findall(r"^Pages: (\d+)", turn.trace, re.MULTILINE)[0])
        lines = turn.reply.split("\n")
        titles = [line.split(". ", 1)[1] for line in lines[:count]]
        assert [line for line in lines[count:] if line in lines[:count]] == lines[:count]
        assert [line.split(".")[0] for line in lines[:count]] == [
            str(place) for place in range(1, count + 1)
        ]
        assert turn.reply.count("<h1>") == count == len(titles)
        assert "style" not in turn.reply
        by_notes += "notes" in turn.trace
    assert 5 < by_notes < 30

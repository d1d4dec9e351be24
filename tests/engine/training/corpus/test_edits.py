"""Edits and repairs: the blocks fit exactly once, and what was not named stays byte for byte."""

import random

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.edits import editing
from engine.training.corpus.edits.blocks import apply_edit, make_edit
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.posters import changing as poster_changing
from engine.training.corpus.posters import making as posters
from engine.training.corpus.posters.sheet import render_poster
from engine.training.corpus.repair import mending
from engine.training.corpus.repair.misspelling import misspell
from engine.training.corpus.values import Values

every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())


def _values(seed: int, number: int) -> Values:
    return Values(random.Random(f"{seed}:{number}"), tuple(Language)[number % 4])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb\nc", "a\nB\nc"),
        ("a\na\nb\na", "a\na\nb\nA"),
        ("a\na\na", "a\nA\na"),
        ("a\nb", "a\nb\nc"),
        ("a\nb", "c\na\nb"),
        ("a\nx\nb\nx\nc", "a\nx\nb\nc"),
        ("x\nx\nx\nx", "x\ny\nx\ny"),
    ],
)
def test_blocks_turn_the_old_text_into_the_new_one(old: str, new: str) -> None:
    assert apply_edit(old, make_edit(old, new).blocks) == new


def test_any_change_of_lines_can_be_made() -> None:
    rng = random.Random(4)
    for _ in range(300):
        old = rng.choices("abc", k=rng.randint(1, 9))
        new = [rng.choice("abcd") if rng.random() < 0.2 else line for line in old]
        if old != new:
            edit = make_edit("\n".join(old), "\n".join(new))
            assert apply_edit("\n".join(old), edit.blocks) == "\n".join(new)


def test_a_block_that_fits_nowhere_or_twice_is_refused() -> None:
    block = make_edit("a\nb", "a\nc").blocks
    for text in ("a\nd", "b\nb", "ab"):
        with pytest.raises(ValueError, match="does not fit"):
            apply_edit(text, block)
    with pytest.raises(ValueError, match="nothing changes"):
        make_edit("a", "a")


@every_family
def test_an_edit_changes_the_asked_slot_and_nothing_else(family: Family) -> None:
    for number in range(16):
        values = _values(1, number)
        _, made = editing.sample_made(values, family)
        turn, changed = editing.sample_edit(values, made)
        old, new = made.render(values), changed.render(values)
        read, *_, edit = turn.steps
        assert apply_edit(old, edit.arguments["edits"]) == new
        different = {key for key in made.values if made.values[key] != changed.values[key]}
        assert len(different) == 1
        key = different.pop()
        assert f": {changed.values[key]}" in turn.trace
        if key == editing.TITLE:
            assert changed.values[key] in turn.prompt
        told = {line.split("| ", 1)[1] for line in read.result.split("\n")[1:]}
        searched = edit.arguments["edits"].split("\n")
        assert set(searched[1 : searched.index("=======")]) <= told


def test_a_refused_edit_is_given_and_the_next_one_fits() -> None:
    slips = 0
    for number in range(150):
        values = _values(2, number)
        _, made = editing.sample_made(values, FAMILIES["pong"])
        steps = editing.sample_edit(values, made)[0].steps
        given = [step for step in steps if step.is_given]
        slips += len(given)
        for step in given:
            assert step.result.startswith("Error: Block 1: ")
            with pytest.raises(ValueError, match="does not fit"):
                apply_edit(made.render(values), step.arguments["edits"])
        assert not steps[-1].is_given
    assert 3 < slips < 30


def test_a_poster_changes_in_the_asked_line() -> None:
    for number in range(80):
        values = _values(3, number)
        _, poster = posters.sample_turn(values)
        turn, changed = poster_changing.sample_change(values, poster)
        edits = turn.steps[1].arguments["edits"]
        assert apply_edit(render_poster(poster), edits) == render_poster(changed)
        assert edits.count("SEARCH") == 1


@every_family
def test_a_repair_brings_the_right_page_back(family: Family) -> None:
    for number in range(6):
        values = _values(5, number)
        exchange, _ = editing.sample_made(values, family)
        assert exchange.artifact is not None
        report = mending.report_turn(values, exchange.artifact)
        if report is None:
            continue
        slip, turn = report
        assert slip.error in turn.prompt
        assert slip.content != exchange.artifact.content
        edits = turn.steps[-1].arguments["edits"]
        assert apply_edit(slip.content, edits) == exchange.artifact.content


def test_most_games_can_be_misspelled() -> None:
    able = 0
    for family in FAMILIES.values():
        values = _values(6, 0)
        exchange, _ = editing.sample_made(values, family)
        assert exchange.artifact is not None
        able += any(misspell(values.rng, exchange.artifact.content) for _ in range(5))
    assert able >= len(FAMILIES) / 2


def test_a_failed_check_is_mended_in_the_same_turn() -> None:
    for number in range(12):
        values = _values(7, number)
        exchange, _ = editing.sample_made(values, FAMILIES["breakout"])
        turn = mending.check_turn(values, exchange)
        if turn is None:
            continue
        create, edit = turn.steps
        assert create.is_given
        assert not edit.is_given
        assert "\nCheck: 1 problem.\n- A script ends with “ReferenceError: " in create.result
        assert exchange.artifact is not None
        fixed = apply_edit(create.arguments["content"], edit.arguments["edits"])
        assert fixed == exchange.artifact.content

"""Every case of editing that is known to go wrong elsewhere, with its one right outcome."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from webapp.artifacts.edits.apply import apply_edits
from webapp.artifacts.edits.blocks import parse_blocks
from webapp.artifacts.edits.elision import find_elision
from webapp.artifacts.edits.lines import Lines
from webapp.artifacts.edits.matching import find_match
from webapp.artifacts.edits.merge import merge_texts
from webapp.artifacts.edits.problems import EditRefused

CASES = Path(__file__).with_name("cases")
ELIDED_BASE = (
    "<style>body { color: red }</style>\n// ... the old remark, existing and kept\n"
    "<script>\nfunction a() {}\nfunction b() {}\n</script>\n"
)


def load(name: str) -> list[Any]:
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=f"{name}: {case['name']}") for case in cases]


def edits_of(case: dict[str, Any]) -> str:
    if "edits" in case:
        return str(case["edits"])
    blocks = []
    for search, replace in case["blocks"]:
        new = "" if replace is None else f"{replace}\n"
        blocks.append(f"<<<<<<< SEARCH\n{search}\n=======\n{new}>>>>>>> REPLACE")
    return "\n".join(blocks)


EDITS = [*load("blocks"), *load("matching"), *load("newlines"), *load("refusals")]


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_has_one_outcome(case: dict[str, Any]) -> None:
    if "expect" in case:
        assert apply_edits(case["content"], edits_of(case)).content == case["expect"]
        return
    with pytest.raises(EditRefused) as refused:
        apply_edits(case["content"], edits_of(case))
    assert refused.value.problem == case["refused"]
    assert refused.value.sentence.endswith((".", ":"))
    if "nearest" in case:
        assert [line.number for line in refused.value.nearest] == case["nearest"]


@pytest.mark.parametrize("case", [one for one in EDITS if "tier" in one.values[0]])
def test_a_place_is_found_by_the_first_tier_that_knows_it(case: dict[str, Any]) -> None:
    block = parse_blocks(edits_of(case))[0]
    match = find_match(Lines.of(case["content"]), block.search, block.replace)
    assert match is not None
    assert match.tier == case["tier"]
    flagged = apply_edits(case["content"], edits_of(case)).flagged
    assert flagged == ((1,) if case["tier"] == "fuzzy" else ())


@pytest.mark.parametrize("case", load("elision"))
def test_a_remark_that_stands_for_text_is_noticed(case: dict[str, Any]) -> None:
    content = f"<p>new</p>\n{case['new']}\n<p>end</p>"
    assert (find_elision(content, ELIDED_BASE) is not None) == case["refused"]


@pytest.mark.parametrize("case", load("merges"))
def test_a_merge_has_one_outcome(case: dict[str, Any]) -> None:
    merge = merge_texts(case["base"], case["mine"], case["theirs"])
    told = [
        {"line": one.line, "base": one.base, "mine": one.mine, "theirs": one.theirs}
        for one in merge.conflicts
    ]
    assert told == case.get("conflicts", [])
    assert merge.text == case.get("expect")
    mirrored = merge_texts(case["base"], case["theirs"], case["mine"])
    assert mirrored.text == merge.text


def test_there_are_more_than_a_hundred_cases() -> None:
    assert len(EDITS) + len(load("elision")) + len(load("merges")) > 140

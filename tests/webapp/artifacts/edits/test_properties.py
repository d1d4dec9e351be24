"""What holds for every edit and every merge, and that large documents take no time."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.artifacts.edits.apply import apply_edits
from webapp.artifacts.edits.line_diff import diff_lines
from webapp.artifacts.edits.lines import Lines
from webapp.artifacts.edits.merge import merge_texts
from webapp.artifacts.edits.problems import EditProblem, EditRefused

# A machine that is busy is no fault of an edit.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINES = st.lists(st.sampled_from(["a", "b", " a", "a ", "", "\tb", "c\r", "é"]), max_size=8)
DOCUMENTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))
BLOCKS = st.lists(st.tuples(LINES, LINES), min_size=1, max_size=4)
MILLISECONDS = 1_000


def write(blocks: list[tuple[list[str], list[str]]]) -> str:
    return "\n".join(
        "\n".join(["<<<<<<< SEARCH", *search, "=======", *replace, ">>>>>>> REPLACE"])
        for search, replace in blocks
    )


@UNHURRIED
@given(content=DOCUMENTS, blocks=BLOCKS)
def test_an_edit_applies_whole_or_changes_nothing(
    content: str, blocks: list[tuple[list[str], list[str]]]
) -> None:
    """What is refused alone is refused together; what applies has applied every block."""
    alone = [_result(content, [block]) for block in blocks]
    together = _result(content, blocks)
    if together is None:
        return
    applied = [result for result in alone if result is not None]
    unlike = [block for block, result in zip(blocks, alone, strict=True) if result is None]
    assert all(_problem(content, [block]) is EditProblem.NO_CHANGE for block in unlike)
    assert applied
    if len(set(map(str, blocks))) == 1:
        assert together == applied[0]


@UNHURRIED
@given(
    base=st.lists(st.integers(0, 10**6), min_size=1, max_size=20, unique=True),
    data=st.data(),
)
def test_blocks_apply_in_any_order(base: list[int], data: st.DataObject) -> None:
    lines = [f"line {number}" for number in base]
    chosen = data.draw(st.lists(st.sampled_from(lines), min_size=1, unique=True))
    blocks = [([line], [f"new {line}", "more"]) for line in chosen]
    expected = "".join(f"new {line}\nmore\n" if line in chosen else f"{line}\n" for line in lines)
    assert _result("".join(f"{line}\n" for line in lines), blocks) == expected


@UNHURRIED
@given(text=st.text(alphabet="ab\r\n\u2028\x0c", max_size=30))
def test_lines_put_together_are_the_text(text: str) -> None:
    assert Lines.of(text).text() == text


@UNHURRIED
@given(base=st.lists(st.integers(0, 10**6), min_size=3, max_size=30, unique=True), data=st.data())
def test_a_merge_of_disjoint_changes_is_both(base: list[int], data: st.DataObject) -> None:
    lines = [f"{number}\n" for number in base]
    places = st.sets(st.integers(0, len(lines) - 1), min_size=1)
    mine = data.draw(places)
    near = {place + step for place in mine for step in (-1, 0, 1)}
    theirs = data.draw(places) - near
    new = st.lists(st.sampled_from(["x\n", "y\n"]), max_size=2)
    changes = {place: data.draw(new) for place in sorted(mine | theirs)}

    def change(which: set[int]) -> str:
        return "".join(
            "".join(changes[place]) if place in which else line for place, line in enumerate(lines)
        )

    merge = merge_texts("".join(lines), change(mine), change(theirs))
    assert merge.text == change(mine | theirs)


@UNHURRIED
@given(base=DOCUMENTS, mine=DOCUMENTS, theirs=DOCUMENTS)
def test_a_merge_never_loses_a_side_in_silence(base: str, mine: str, theirs: str) -> None:
    merge = merge_texts(base, mine, theirs)
    assert (merge.text is None) == bool(merge.conflicts)
    for conflict in merge.conflicts:
        assert conflict.mine != conflict.theirs
        assert conflict.base not in (conflict.mine, conflict.theirs)


@UNHURRIED
@given(old=LINES, new=LINES)
def test_changes_lead_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    result: list[str] = []
    done, last = 0, -1
    for change in diff_lines(old, new):
        assert change.start > last or done == 0
        assert (change.stop - change.start) + (change.end - change.begin) > 0
        result += old[done : change.start] + new[change.begin : change.end]
        done = last = change.stop
    assert result + old[done:] == new


@pytest.mark.parametrize("period", [1, 2, 3, 7])
def test_texts_that_repeat_themselves_take_no_time(period: int) -> None:
    base = [f"{number % period}\n" for number in range(6_000)]
    mine = [*base[:3_000], "mine\n", *base[5:2_000:2], *base[3_100:]]
    begun = time.process_time()
    diff_lines(base, mine)
    merge_texts("".join(base), "".join(mine), "".join(base[3:][::-1]))
    assert (time.process_time() - begun) * MILLISECONDS < 3_000


@pytest.mark.parametrize("letters", ["a", "ab", "const x = 1; "])
def test_looking_for_likeness_takes_no_time(letters: str) -> None:
    line = (letters * 80)[:80]
    content = "\n".join(["begin", *[f"{line}{n}" for n in range(300)], "end"] * 8)
    search = ["begin", *[f"{line}{n}x" for n in range(299)], "end"]
    begun = time.process_time()
    assert _problem(content, [(search, ["x"])]) in (EditProblem.AMBIGUOUS, EditProblem.NOT_FOUND)
    assert (time.process_time() - begun) * MILLISECONDS < 10_000


def test_an_elided_replacement_is_refused_before_anything_is_searched() -> None:
    block = (["no such line"], ["new", "// ... rest of code unchanged"])
    assert _problem("old\n", [block]) is EditProblem.ELIDED


def test_more_blocks_than_anybody_reads_are_refused() -> None:
    blocks = [([f"{number}"], ["x"]) for number in range(201)]
    assert _problem("old\n", blocks) is EditProblem.TOO_MANY_BLOCKS


@pytest.mark.parametrize("line", ["  <li class='item'>number {}</li>", "<li></li>"])
def test_a_document_of_two_megabytes_is_edited_at_once(line: str) -> None:
    count = 2_000_000 // (len(line) + 5)
    lines = [line.format(place) for place in range(count)]
    lines[count // 2] = "  <li>the middle</li>"
    content = "\n".join(lines)
    begun = time.process_time()
    result = apply_edits(content, write([(["<li>the middle</li>"], ["<li>changed</li>"])]))
    assert "<li>changed</li>" in result.content
    missing = ["<li>the middel</li>", "<li>is not here</li>", "<li>at all</li>"]
    assert _problem(content, [(missing, ["x"])]) is EditProblem.NOT_FOUND
    assert (time.process_time() - begun) * MILLISECONDS < 8_000


def test_a_merge_of_large_texts_that_are_all_new_ends() -> None:
    base, mine, theirs = ("\n".join(f"{name} {n}" for n in range(30_000)) for name in "abc")
    assert merge_texts(base, mine, theirs).text is None
    far = base.replace("a 5\n", "mine\n"), base.replace("a 29000\n", "theirs\n")
    merged = merge_texts(base, *far).text
    assert merged is not None
    assert "mine\n" in merged
    assert "theirs\n" in merged


def _result(content: str, blocks: list[tuple[list[str], list[str]]]) -> str | None:
    try:
        return apply_edits(content, write(blocks)).content
    except EditRefused:
        return None


def _problem(content: str, blocks: list[tuple[list[str], list[str]]]) -> EditProblem | None:
    try:
        apply_edits(content, write(blocks))
    except EditRefused as refused:
        return refused.problem
    return None

"""Which page is meant, however it is written."""

import pytest

from webapp.artifacts.decks.positions import (
    PositionRefused,
    parse_place,
    parse_position,
    parse_positions,
)

HOSTILE: list[object] = [
    *("", " ", "zero", "banana", "3.5", "1e3", "0x3", "--3", "../3", "3;drop", "½", "³", "NaN"),
    *(None, True, 3.5, float("inf"), float("nan"), [], {}, [3], b"3", "9" * 40, "x" * 10_000),
]


@pytest.mark.parametrize(
    "written",
    [
        *(3, 3.0, "3", " 3 ", "3.", "3.0", "#3", "3rd", "third", "the third", "Third page"),
        *("page 3", "Slide 3", "slide #3", "page no. 3", "three", "'3'", "number 3", "position 3"),
    ],
)
def test_the_third_page(written: object) -> None:
    assert parse_position(written, 5) == 3


@pytest.mark.parametrize("written", ["last", "Last", "the last page", "end", "final", 5, "fifth"])
def test_the_last_page(written: object) -> None:
    assert parse_position(written, 5) == 5


@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_no_page_is_refused_in_a_sentence(written: object) -> None:
    for parse in (parse_position, parse_place):
        with pytest.raises(PositionRefused, match=r"is not a (page|place)"):
            parse(written, 5)


@pytest.mark.parametrize("written", [0, -1, "-1", "-1.0", 6, "6", "sixth", 999_999_999, 10**30])
def test_a_page_that_is_not_there_is_refused_with_those_that_are(written: object) -> None:
    with pytest.raises(PositionRefused, match=r"the deck has pages 1 to 5"):
        parse_position(written, 5)


def test_decks_of_one_page_and_of_none() -> None:
    assert parse_position("last", 1) == 1
    with pytest.raises(PositionRefused, match="the deck has 1 page"):
        parse_position(2, 1)
    with pytest.raises(PositionRefused, match="no pages yet"):
        parse_position("last", 0)


@pytest.mark.parametrize(
    ("written", "place"), [("last", 4), ("end", 4), (4, 4), ("1", 1), ("first", 1)]
)
def test_a_new_page_may_stand_behind_all_others(written: object, place: int) -> None:
    assert parse_place(written, 3) == place
    assert parse_place("last", 0) == 1


@pytest.mark.parametrize("written", [0, 5, "-2", 100])
def test_a_new_page_leaves_no_gap(written: object) -> None:
    with pytest.raises(PositionRefused, match="can stand at 1 to 4"):
        parse_place(written, 3)


@pytest.mark.parametrize(
    ("written", "pages"),
    [
        (2, (2,)),
        ("2", (2,)),
        ([3, 1, 3], (1, 3)),
        ("[1, 3]", (1, 3)),
        ('["1", "third"]', (1, 3)),
        ("1, 3 and 5", (1, 3, 5)),
        ("2-4", (2, 3, 4)),
        ("2 to 3", (2, 3)),
        ("pages 2 and 3", (2, 3)),
        ("slides 1-2, last", (1, 2, 5)),
        ("all", (1, 2, 3, 4, 5)),
        ([1, "last"], (1, 5)),
    ],
)
def test_several_pages(written: object, pages: tuple[int, ...]) -> None:
    assert parse_positions(written, 5) == pages


@pytest.mark.parametrize(
    "written", ["", [], "4-2", "1, 9", "-1", [0], "[1, [2]]", "[1", None, {"a": 1}, [1] * 501, "2-"]
)
def test_several_pages_of_which_one_is_not_there(written: object) -> None:
    if written == "[1":
        assert parse_positions(written, 5) == (1,)
        return
    with pytest.raises(PositionRefused):
        parse_positions(written, 5)

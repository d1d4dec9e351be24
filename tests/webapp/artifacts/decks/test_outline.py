"""Outlines of decks: numbers that count are no part of a title, others are."""

import pytest

from webapp.artifacts.decks.outline import LINE_CHARACTERS, MAX_LINES, read_outline


@pytest.mark.parametrize(
    "text",
    [
        "1. Magma\n2. Lava",
        "1) Magma\n\n 2)  Lava ",
        "1: Magma\n2: Lava",
        "1、Magma\n2、Lava",
        "1/2 Magma\n2/2 Lava",
    ],
)
def test_numbers_that_count_the_titles_are_left_out(text: str) -> None:
    assert read_outline(text) == ("Magma", "Lava")


@pytest.mark.parametrize(
    "titles",
    [
        ("1984", "1985"),
        ("Cover", "2. Bundesliga"),
        ("2. Bundesliga", "3. Liga"),
        ("1. Magma", "1. Lava"),
        ("1.", "2."),
        (),
    ],
)
def test_other_numbers_belong_to_their_titles(titles: tuple[str, ...]) -> None:
    assert read_outline("\n".join(titles)) == titles


def test_an_endless_outline_ends() -> None:
    titles = read_outline("\n".join(["x" * 2000] * 1000))
    assert len(titles) == MAX_LINES
    assert {len(title) for title in titles} == {LINE_CHARACTERS}

"""The closed vocabulary and what is held out of it."""

import itertools
import random

import pytest

from engine.training.corpus.words import (
    COLORS,
    WORDS,
    contains_held_out_pair,
    is_held_out,
    is_known,
    sample_name,
)


def test_no_word_is_listed_twice_or_is_a_color() -> None:
    assert len(set(WORDS)) == len(WORDS)
    assert len(set(COLORS)) == len(COLORS)
    assert not {word.lower() for word in WORDS} & set(COLORS)


def test_every_word_is_in_title_case_and_fits_a_badge() -> None:
    assert all(word.isalpha() and word == word.title() and len(word) <= 8 for word in WORDS)


def test_about_fifteen_percent_of_ordered_pairs_are_held_out() -> None:
    pairs = list(itertools.permutations(WORDS, 2))
    share = sum(is_held_out(*pair) for pair in pairs) / len(pairs)
    assert 0.14 < share < 0.16


def test_holding_out_depends_on_the_order() -> None:
    assert is_held_out("Sky", "Hopper")
    assert not is_held_out("Hopper", "Sky")


def test_sampled_names_are_known_words_and_never_a_held_out_pair() -> None:
    rng = random.Random(1)
    for _ in range(2000):
        words = sample_name(rng, 3).split()
        assert len(set(words)) == 3
        assert all(is_known(word) for word in words)
        assert not any(is_held_out(*pair) for pair in itertools.pairwise(words))


@pytest.mark.parametrize(
    "text", ["a badge that says honey bees", 'Call it "Honey Bees".', "HONEY  bees", "sky hopper!"]
)
def test_a_held_out_pair_is_found_in_any_spelling(text: str) -> None:
    assert contains_held_out_pair(text)


@pytest.mark.parametrize("text", ["hopper sky", "honey and bees", "a honeybees badge", ""])
def test_words_that_are_no_held_out_pair_are_let_through(text: str) -> None:
    assert not contains_held_out_pair(text)

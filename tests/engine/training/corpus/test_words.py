"""The words of English names, and the pairs of them that are held out."""

import itertools
import random

from engine.training.corpus import names
from engine.training.corpus.colors import COLORS
from engine.training.corpus.languages import Language
from engine.training.corpus.words import WORDS, is_held_out, sample_name


def test_no_word_is_listed_twice_or_is_a_color() -> None:
    assert len(set(WORDS)) == len(WORDS)
    assert not {word.lower() for word in WORDS} & {color.css for color in COLORS}


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
        assert set(words) <= set(WORDS)
        assert not any(is_held_out(*pair) for pair in itertools.pairwise(words))


def test_names_of_the_corpus_are_longer_and_may_begin_with_a_color() -> None:
    words = {color.css.title() for color in COLORS}
    drawn = [names.draw_name(random.Random(seed), Language.ENGLISH) for seed in range(1500)]
    held_out = [
        names.draw_held_out_name(random.Random(seed), Language.ENGLISH) for seed in range(800)
    ]
    assert sum(len(name.split()) > 3 for name in drawn) > 100
    assert any(name.split()[0] in words for name in drawn)
    assert not any(name.split()[0] in words for name in held_out)
    assert max(len(name.split()) for name in held_out) <= 4

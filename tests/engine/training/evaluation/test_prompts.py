"""The sixty prompts are what they claim to be."""

from collections import Counter

from engine.training.corpus.colors import COLORS
from engine.training.corpus.words import WORDS, is_held_out
from engine.training.evaluation.prompts import PROMPTS, Expectation

MADE = (Expectation.FLAPPY_BIRD, Expectation.SNAKE, Expectation.BADGE)


def test_there_are_twenty_prompts_for_games_badges_and_talk() -> None:
    counts = Counter(prompt.expected for prompt in PROMPTS)
    assert counts[Expectation.FLAPPY_BIRD] + counts[Expectation.SNAKE] == 20
    assert counts[Expectation.BADGE] == 20
    assert counts[Expectation.HONEST] + counts[Expectation.TALK] == 20


def test_no_prompt_is_there_twice() -> None:
    assert len({prompt.id for prompt in PROMPTS}) == len(PROMPTS)
    assert len({prompt.text.lower() for prompt in PROMPTS}) == len(PROMPTS)


def test_every_asked_name_is_a_held_out_pair_of_known_words() -> None:
    for prompt in PROMPTS:
        if prompt.expected in MADE:
            first, second = prompt.name.split()
            assert {first, second} <= set(WORDS)
            assert is_held_out(first, second)


def test_names_and_colors_stand_in_their_prompts() -> None:
    for prompt in PROMPTS:
        assert prompt.name.lower() in prompt.text.lower()
        assert prompt.color in (*(color.css for color in COLORS), "")
        assert prompt.color in prompt.text.lower()


def test_both_ways_of_thinking_are_asked_for() -> None:
    assert {prompt.thinking for prompt in PROMPTS} == {True, False}

"""Each family alone: what is asked is in the answer, what is not asked is the default."""

import random
from xml.etree import ElementTree

import pytest

from engine.training.corpus import (
    badge,
    echo,
    flappy_bird,
    honesty,
    plan,
    snake,
    talk,
    unknown_name,
)
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.phrasing import Wish, phrase_request
from engine.training.corpus.words import COLORS, is_known


def _made(exchange: Exchange) -> str:
    assert exchange.artifact is not None
    return exchange.artifact.content


def test_a_flappy_bird_without_wishes_is_the_default_one() -> None:
    page = _made(flappy_bird.answer_request("Make Flappy Bird", flappy_bird.FlappyBird()))
    assert "<title>Flappy Bird</title>" in page
    assert "birdColor='gold',skyColor='skyblue',pipeColor='seagreen',speed=.12;" in page


def test_a_snake_without_wishes_is_the_default_one() -> None:
    page = _made(snake.answer_request("Make Snake", snake.Snake()))
    assert "<title>Snake</title>" in page
    assert "foodColor='tomato',boardColor='darkslategray',size=16,delay=130;" in page


@pytest.mark.parametrize("family", [flappy_bird, snake, badge])
def test_every_asked_slot_stands_in_prompt_and_trace(family: object) -> None:
    rng = random.Random(5)
    for _ in range(300):
        wish, slots = family.sample_wish(rng)  # type: ignore[attr-defined]
        prompt = phrase_request(rng, wish).lower()
        trace = family.answer_request(prompt, slots).trace  # type: ignore[attr-defined]
        assert wish.name.lower() in prompt
        assert wish.name in trace
        for _noun, color in wish.parts:
            assert color in prompt
            assert color in trace
        assert wish.color in prompt
        assert wish.color in trace


def test_no_slot_is_left_open_in_a_page() -> None:
    rng = random.Random(2)
    for _ in range(50):
        for family in (flappy_bird, snake):
            page = _made(family.sample_exchange(rng))
            assert "@" not in page
            assert "http" not in page


def test_a_badge_is_xml_with_a_line_for_every_word() -> None:
    for shape in badge.SHAPES:
        source = badge.render_svg(badge.Badge("Happy Birthday River", "teal", shape))
        texts = [element.text for element in ElementTree.fromstring(source).iter() if element.text]
        assert [text for text in texts if text.isalpha()] == ["Happy", "Birthday", "River"]


def test_plans_and_echoes_make_nothing_and_say_the_name() -> None:
    rng = random.Random(4)
    for _ in range(300):
        planned, echoed = plan.sample_exchange(rng), echo.sample_exchange(rng)
        assert planned.artifact is None
        assert planned.reply.startswith("Plan: ")
        assert echoed.artifact is None
        assert echoed.reply.rstrip(".").lower() in echoed.prompt.lower()


def test_honest_prompts_are_many_and_say_what_the_model_is() -> None:
    rng = random.Random(6)
    exchanges = [honesty.sample_exchange(rng) for _ in range(2000)]
    assert len({exchange.prompt for exchange in exchanges}) > 1500
    for exchange in exchanges:
        assert exchange.artifact is None
        assert "small demonstration model" in exchange.reply


def test_an_unknown_name_has_a_word_that_is_not_known() -> None:
    rng = random.Random(8)
    for _ in range(300):
        name = unknown_name._unknown_name(rng)
        assert not all(is_known(word) for word in name.split())


def test_small_talk_makes_nothing() -> None:
    rng = random.Random(9)
    assert all(talk.sample_exchange(rng).artifact is None for _ in range(300))


def test_requests_are_phrased_in_hundreds_of_ways() -> None:
    rng = random.Random(10)
    phrase = {
        phrase_request(rng, Wish(subject="a Snake game", color=rng.choice(COLORS[:1])))
        for _ in range(2000)
    }
    assert len(phrase) > 500

"""Plans without the work: a game or a badge described in one line.

Reading what was asked is most of what glm-nano must learn and a small part of a game's text; these
short samples practice it without the text.
"""

import random

from engine.training.corpus import badge, flappy_bird, snake
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.phrasing import phrase_request

FAMILY = "plan"
_OPENERS = (
    *("Plan {a}",) * 4,
    "Only plan {a}",
    "Just plan {a}",
    "Please plan {a}",
    "Can you plan {a}?",
    "Could you plan {a} for me?",
    "Make a plan for {a}",
    "Give me a plan for {a}",
    "What is your plan for {a}?",
    "How would you plan {a}?",
    "I want a plan for {a}",
)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request to plan a game or a badge, and the plan."""
    kind = rng.random()
    if kind < 0.5:
        return _plan_badge(rng)
    return _plan_flappy_bird(rng) if kind < 0.75 else _plan_snake(rng)


def _plan_badge(rng: random.Random) -> Exchange:
    wish, slots = badge.sample_wish(rng)
    wish.openers = _OPENERS
    exchange = badge.answer_request(phrase_request(rng, wish), slots)
    reply = f"Plan: an SVG badge, {slots.text}, {slots.color}, {slots.shape}."
    return Exchange(exchange.prompt, exchange.trace, reply)


def _plan_flappy_bird(rng: random.Random) -> Exchange:
    wish, slots = flappy_bird.sample_wish(rng)
    wish.openers = _OPENERS
    exchange = flappy_bird.answer_request(phrase_request(rng, wish), slots)
    colors = f"{slots.bird} bird, {slots.sky} sky, {slots.pipes} pipes"
    reply = f"Plan: Flappy Bird, {slots.title}, {colors}, {slots.speed} speed."
    return Exchange(exchange.prompt, exchange.trace, reply)


def _plan_snake(rng: random.Random) -> Exchange:
    wish, slots = snake.sample_wish(rng)
    wish.openers = _OPENERS
    exchange = snake.answer_request(phrase_request(rng, wish), slots)
    colors = f"{slots.snake} snake, {slots.food} food, {slots.board} board"
    reply = f"Plan: Snake, {slots.title}, {colors}, size {slots.size}, {slots.speed} speed."
    return Exchange(exchange.prompt, exchange.trace, reply)

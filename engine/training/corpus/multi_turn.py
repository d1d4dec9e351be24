"""Chats of several turns: the last one is trained, the earlier ones are history."""

import random
from collections.abc import Callable
from dataclasses import replace

from engine.protocol import ChatMessage
from engine.training.corpus import badge, flappy_bird, honesty, snake, talk
from engine.training.corpus.conversation import Exchange, current_turn, past_turn
from engine.training.corpus.phrasing import phrase_request, roughen
from engine.training.corpus.words import COLORS

FAMILY = "multi_turn"
_RECOLORS = (
    *("Now in {c}", "Make it {c}", "Now make it {c}", "Can you make it {c}?", "In {c} please"),
    *("The same in {c}", "I want it in {c}", "Change the color to {c}", "Make the color {c}"),
    *("Again in {c}", "Use {c} instead", "Try {c}", "And in {c}?", "Please make it {c}", "In {c}"),
)
_AGAIN = (
    "Another one: {p}",
    "Now {p}",
    "And now {p}",
    "Next: {p}",
    "{p}",
    "{p}",
    "{p}",
    "Great! {p}",
)


def sample_messages(rng: random.Random, *, thinking: bool) -> list[ChatMessage]:
    """One to three earlier turns and the current one."""
    if rng.random() < 0.2:
        return _recolored_badge(rng, thinking=thinking)
    history: list[ChatMessage] = []
    versions: dict[str, int] = {}
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        past = _any_exchange(rng)
        history += past_turn(past, _next_version(versions, past))
    current = _closing_exchange(rng)
    return history + current_turn(
        current, thinking=thinking, version=_next_version(versions, current)
    )


def _next_version(versions: dict[str, int], exchange: Exchange) -> int:
    if exchange.artifact is None:
        return 1
    name = exchange.artifact.id
    versions[name] = versions.get(name, 0) + 1
    return versions[name]


def _any_exchange(rng: random.Random) -> Exchange:
    samplers: tuple[Callable[[random.Random], Exchange], ...] = (
        talk.sample_exchange,
        honesty.sample_exchange,
        flappy_bird.sample_exchange,
        snake.sample_exchange,
        badge.sample_exchange,
    )
    return rng.choices(samplers, (3, 2, 2, 2, 3))[0](rng)


def _closing_exchange(rng: random.Random) -> Exchange:
    """The exchange that is trained: mostly short ones, so that they are seen often."""
    kind = rng.random()
    if kind < 0.25:
        return talk.answer_topic(rng, rng.choice((talk.THANKS, talk.GOODBYE, talk.ABILITY)))
    if kind < 0.45:
        return honesty.sample_exchange(rng)
    samplers = (flappy_bird.sample_exchange, snake.sample_exchange, badge.sample_exchange)
    exchange = rng.choices(samplers, (1, 1, 4))[0](rng)
    prompt = exchange.prompt
    if rng.random() < 0.3:
        prompt = rng.choice(_AGAIN).format(p=prompt[0].lower() + prompt[1:])
    return replace(exchange, prompt=prompt)


def _recolored_badge(rng: random.Random, *, thinking: bool) -> list[ChatMessage]:
    """A badge, then the same badge in another color."""
    wish, slots = badge.sample_wish(rng)
    first = badge.answer_request(phrase_request(rng, wish), slots)
    recolored = replace(slots, color=rng.choice(COLORS))
    prompt = roughen(rng, rng.choice(_RECOLORS).format(c=recolored.color))
    second = badge.answer_request(prompt, recolored)
    return past_turn(first) + current_turn(second, thinking=thinking, version=2)

"""How often each family is drawn: the one place of the mixture weights.

Weights count conversations, and a game is thirty times as long as an echo. Most tokens of a game or
a badge are the same every time; what follows from the prompt is learned from the short families,
which are therefore drawn often: a third of the tokens is theirs.
"""

import random
from collections.abc import Callable

from engine.protocol import ChatMessage, Role
from engine.training.corpus import (
    badge,
    echo,
    flappy_bird,
    honesty,
    multi_turn,
    plan,
    snake,
    talk,
    unknown_name,
)
from engine.training.corpus.conversation import (
    ARTIFACT_CREATE,
    Conversation,
    Exchange,
    current_turn,
)
from engine.training.corpus.reserved import is_reserved
from engine.training.corpus.words import contains_held_out_pair

THINKING_SHARE = 0.6
WEIGHTS: dict[str, float] = {
    talk.FAMILY: 22.0,
    honesty.FAMILY: 45.0,
    unknown_name.FAMILY: 8.0,
    echo.FAMILY: 70.0,
    plan.FAMILY: 70.0,
    badge.FAMILY: 24.0,
    flappy_bird.FAMILY: 7.0,
    snake.FAMILY: 7.0,
    multi_turn.FAMILY: 9.0,
}
_SAMPLERS: dict[str, Callable[[random.Random], Exchange]] = {
    talk.FAMILY: talk.sample_exchange,
    honesty.FAMILY: honesty.sample_exchange,
    unknown_name.FAMILY: unknown_name.sample_exchange,
    echo.FAMILY: echo.sample_exchange,
    plan.FAMILY: plan.sample_exchange,
    badge.FAMILY: badge.sample_exchange,
    flappy_bird.FAMILY: flappy_bird.sample_exchange,
    snake.FAMILY: snake.sample_exchange,
}


def sample_conversation(rng: random.Random) -> Conversation:
    """One training conversation; a function of the state of `rng` alone."""
    family = rng.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
    return sample_of_family(rng, family)


def sample_of_family(rng: random.Random, family: str) -> Conversation:
    """One conversation of `family`, without prompts and pairs of words kept for the evaluation."""
    while True:
        thinking = rng.random() < THINKING_SHARE
        messages = _sample_messages(rng, family, thinking=thinking)
        prompts = [message.content for message in messages if message.role is Role.USER]
        if not any(is_reserved(prompt) or contains_held_out_pair(prompt) for prompt in prompts):
            return Conversation(tuple(messages), thinking, (ARTIFACT_CREATE,), family)


def _sample_messages(rng: random.Random, family: str, *, thinking: bool) -> list[ChatMessage]:
    if family == multi_turn.FAMILY:
        return multi_turn.sample_messages(rng, thinking=thinking)
    return current_turn(
        _SAMPLERS[family](rng), thinking=thinking, version=rng.choice((1, 1, 1, 2, 3))
    )

"""The sixty prompts that were written by hand, asked and judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.llm_engine import LLMEngine
from engine.training.evaluation.attempting import attempt_all
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.cases import ask_by_hand
from engine.training.evaluation.judging import find_problems
from engine.training.evaluation.prompts import PROMPTS, Expectation, Prompt

_FAMILIES = {
    Expectation.FLAPPY_BIRD: "games",
    Expectation.SNAKE: "games",
    Expectation.BADGE: "badges",
    Expectation.HONEST: "talk",
    Expectation.TALK: "talk",
}


@dataclass(frozen=True, slots=True)
class PromptVerdict:
    """One prompt's result; right if `problems` is empty."""

    prompt: Prompt
    problems: tuple[str, ...]


def choose_prompts(count: int) -> tuple[Prompt, ...]:
    """`count` prompts, spread evenly over all of them; the same ones every time."""
    count = max(1, min(count, len(PROMPTS)))
    return tuple(PROMPTS[index * len(PROMPTS) // count] for index in range(count))


def judge_prompts(
    engine: LLMEngine, theater: Theater, prompts: Sequence[Prompt]
) -> list[PromptVerdict]:
    """Ask greedily and judge by what was made."""
    cases = [ask_by_hand(prompt.id, prompt.text, thinking=prompt.thinking) for prompt in prompts]
    attempts = {case.id: attempt for case, attempt in attempt_all(cases, engine)}
    return [
        PromptVerdict(prompt, tuple(find_problems(theater, prompt, attempts[prompt.id])))
        for prompt in prompts
    ]


def summarize(verdicts: Sequence[PromptVerdict]) -> dict[str, Any]:
    """The figures, ready to be written as JSON."""
    families: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        family = families.setdefault(_FAMILIES[verdict.prompt.expected], {"right": 0, "total": 0})
        family["total"] += 1
        family["right"] += not verdict.problems
    return {
        "right": sum(not verdict.problems for verdict in verdicts),
        "total": len(verdicts),
        "families": families,
        "failures": {v.prompt.id: list(v.problems) for v in verdicts if v.problems},
    }

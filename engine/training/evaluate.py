"""glm-nano's score on prompts that it has never seen: `python -m engine.training.evaluate`.

Answers are greedy; what they make is loaded and used in a headless Chromium. Prints one JSON line:
right and total for each family, and what is wrong with each wrong answer.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.llm_engine import LLMEngine
from engine.training.evaluation.answering import answer_prompts
from engine.training.evaluation.browser import open_theater
from engine.training.evaluation.judging import find_problems
from engine.training.evaluation.prompts import PROMPTS, Expectation, Prompt

SAMPLE_SIZE = 6
_FAMILIES = {
    Expectation.FLAPPY_BIRD: "games",
    Expectation.SNAKE: "games",
    Expectation.BADGE: "badges",
    Expectation.HONEST: "talk",
    Expectation.TALK: "talk",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One prompt's result; right if `problems` is empty."""

    prompt: Prompt
    problems: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code, 1 for an error told in one sentence."""
    options = _parser().parse_args(arguments)
    prompts = choose_prompts(SAMPLE_SIZE if options.sample else options.prompts)
    began = time.monotonic()
    try:
        verdicts = evaluate_model(options.model, prompts, options.chromium)
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(json.dumps(summarize(verdicts) | {"seconds": round(time.monotonic() - began)}))
    return 0


def choose_prompts(count: int) -> tuple[Prompt, ...]:
    """`count` prompts, spread evenly over all of them; the same ones every time."""
    count = max(1, min(count, len(PROMPTS)))
    return tuple(PROMPTS[index * len(PROMPTS) // count] for index in range(count))


def evaluate_model(
    folder: Path, prompts: Sequence[Prompt], chromium: Path | None = None
) -> list[Verdict]:
    """Ask and judge. Raises `EngineError` for a model or a browser that cannot be used."""
    engine = LLMEngine.from_folder(folder)
    answers = answer_prompts(engine, prompts)
    with open_theater(chromium) as theater:
        return [
            Verdict(prompt, tuple(find_problems(theater, prompt, answers[prompt.id])))
            for prompt in prompts
        ]


def summarize(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The figures of a run, ready to be written as JSON."""
    families: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        family = families.setdefault(_FAMILIES[verdict.prompt.expected], {"right": 0, "total": 0})
        family["total"] += 1
        family["right"] += not verdict.problems
    right = sum(not verdict.problems for verdict in verdicts)
    return {
        "right": right,
        "total": len(verdicts),
        "share": round(right / len(verdicts), 3),
        "families": families,
        "failures": {v.prompt.id: list(v.problems) for v in verdicts if v.problems},
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.training.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/glm-nano"))
    parser.add_argument("--prompts", type=int, default=len(PROMPTS), help="how many prompts")
    parser.add_argument("--sample", action="store_true", help=f"{SAMPLE_SIZE} prompts only")
    parser.add_argument("--chromium", type=Path, help="the browser's program")
    return parser


if __name__ == "__main__":
    sys.exit(main())

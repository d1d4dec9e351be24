"""The second edition's score on held-out cases: `python -m engine.training.evaluate_cases`.

Prints one JSON line: right and total for each family and language, how many changes fitted the
first time, and what is wrong with each wrong attempt.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.llm_engine import LLMEngine
from engine.training.corpus.decks.changing import FAMILY as DECK_CHANGE
from engine.training.corpus.edits.editing import FAMILY as EDIT
from engine.training.corpus.repair.mending import FAMILY as REPAIR
from engine.training.corpus.second_edition import POSTER_CHANGE, WEIGHTS
from engine.training.evaluation.attempting import attempt_case, generate_by
from engine.training.evaluation.cases import Case, draw_cases
from engine.training.evaluation.verdicts import Attempt, find_problems, is_first_time_right

CHANGES = (EDIT, POSTER_CHANGE, DECK_CHANGE, REPAIR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case's result; right if `problems` is empty."""

    case: Case
    problems: tuple[str, ...]
    first_time: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code, 1 for an error told in one sentence."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    try:
        generate = generate_by(LLMEngine.from_folder(options.model))
        cases = draw_cases(options.each, seed=options.seed, families=options.families)
        verdicts = [
            judge(case, attempt_case(case, generate, temperature=options.temperature))
            for case in cases
        ]
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(json.dumps(summarize(verdicts) | {"seconds": round(time.monotonic() - began)}))
    return 0


def judge(case: Case, attempt: Attempt) -> Verdict:
    """Hold an attempt against its case."""
    problems = tuple(find_problems(case, attempt))
    return Verdict(case, problems, is_first_time_right(case, attempt))


def summarize(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The figures of a run, ready to be written as JSON."""
    changes = [verdict for verdict in verdicts if verdict.case.family in CHANGES]
    return {
        **_count(verdicts),
        "families": _group(verdicts, [verdict.case.family for verdict in verdicts]),
        "languages": _group(verdicts, [verdict.case.language.value for verdict in verdicts]),
        "changes": {
            "first_time": sum(verdict.first_time for verdict in changes),
            "total": len(changes),
        },
        "failures": {v.case.id: list(v.problems) for v in verdicts if v.problems},
    }


def _count(verdicts: Sequence[Verdict]) -> dict[str, int]:
    return {"right": sum(not v.problems for v in verdicts), "total": len(verdicts)}


def _group(verdicts: Sequence[Verdict], keys: Iterable[str]) -> dict[str, dict[str, int]]:
    groups: dict[str, list[Verdict]] = {}
    for key, verdict in zip(keys, verdicts, strict=True):
        groups.setdefault(key, []).append(verdict)
    return {key: _count(group) for key, group in groups.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine.training.evaluate_cases", description=__doc__
    )
    parser.add_argument("--model", type=Path, default=Path("models/glm-nano"))
    parser.add_argument("--each", type=int, default=12, help="cases of each family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument(
        "--families", nargs="+", choices=tuple(WEIGHTS), default=tuple(WEIGHTS), metavar="FAMILY"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""glm-nano's scores on what it has never seen: `python -m engine.training.evaluate`.

Cases of every family in four languages, with names, dates and numbers that the corpus holds out;
copying; and sixty prompts written by hand. What is made is loaded and used in a headless Chromium.
Prints one JSON line: right and total for each family and language, and what is wrong with each
wrong answer.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.llm_engine import EngineOptions, LLMEngine
from engine.training.corpus import DRILLS, WEIGHTS
from engine.training.corpus.drills import quoting
from engine.training.evaluation import conversing, written
from engine.training.evaluation.attempting import attempt_all
from engine.training.evaluation.browser import Theater, open_theater
from engine.training.evaluation.browsing import find_all_problems
from engine.training.evaluation.cases import Case, draw_cases, draw_cases_in_talk
from engine.training.evaluation.prompts import PROMPTS
from engine.training.evaluation.report import ReportWriter
from engine.training.evaluation.scores import Verdict, summarize
from engine.training.evaluation.verdicts import is_first_time_right

# Drills are exercises of the training that nobody asks for.
FAMILIES = tuple(family for family in WEIGHTS if family not in DRILLS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code, 1 for an error told in one sentence."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    try:
        engine = LLMEngine.from_folder(
            options.model, options=EngineOptions(cpu_threads=options.threads)
        )
        with open_theater(options.chromium) as theater:
            scores = _score(engine, theater, options)
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(json.dumps(scores | {"seconds": round(time.monotonic() - began)}, ensure_ascii=False))
    return 0


def _score(engine: LLMEngine, theater: Theater, options: argparse.Namespace) -> dict[str, Any]:
    report = ReportWriter(options.report) if options.report else None
    cases = draw_cases(options.each, seed=options.seed, families=options.families)
    verdicts = list(
        judge_cases(engine, theater, cases, temperature=options.temperature, report=report)
    )
    scores = {"temperature": options.temperature, **summarize(verdicts)}
    if options.copying:
        copied = draw_cases(options.copying, seed=options.seed, families=(quoting.FAMILY,))
        found = summarize(list(judge_cases(engine, theater, copied)))
        scores["copying"] = {key: found[key] for key in ("right", "total", "languages")}
    if options.in_talk:
        talks = draw_cases_in_talk(
            options.in_talk, seed=options.seed + 1, families=options.families
        )
        found = summarize(list(judge_cases(engine, theater, talks)))
        scores["in_talk"] = {key: found[key] for key in ("right", "total", "failures")}
    if options.talks:
        scores["talks"] = conversing.lead_talks(engine)
    if options.written:
        prompts = written.choose_prompts(options.written)
        scores["written"] = written.summarize(written.judge_prompts(engine, theater, prompts))
    if report is not None:
        report.write(scores)
    return scores


def judge_cases(
    engine: LLMEngine,
    theater: Theater,
    cases: Sequence[Case],
    *,
    temperature: float = 0.0,
    report: ReportWriter | None = None,
) -> Iterator[Verdict]:
    """Ask and judge, one verdict as each case ends."""
    for case, attempt in attempt_all(cases, engine, temperature=temperature):
        problems = tuple(find_all_problems(theater, case, attempt))
        if report is not None and not problems:
            report.picture(theater, case, attempt)
        yield Verdict(case, problems, is_first_time_right(case, attempt))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.training.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/glm-nano"))
    parser.add_argument("--each", type=int, default=12, help="cases of each family")
    parser.add_argument("--families", nargs="+", choices=FAMILIES, default=FAMILIES, metavar="NAME")
    parser.add_argument("--copying", type=int, default=500, help="requests to copy something")
    parser.add_argument(
        "--in-talk", type=int, default=2, help="other cases of each family, with turns before them"
    )
    parser.add_argument("--written", type=int, default=len(PROMPTS), help="prompts by hand")
    parser.add_argument(
        "--talks",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="those written by hand",
    )
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="of the engine; its own choice if not given")
    parser.add_argument("--report", type=Path, help="folder for a page with scores and pictures")
    parser.add_argument("--chromium", type=Path, help="the browser's program")
    return parser


if __name__ == "__main__":
    sys.exit(main())

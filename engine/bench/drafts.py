"""`decode --drafts`: how much the model's own draft layer brings, on chat that it really answers.

Random prompts would say nothing: a draft layer guesses well what the model was trained to write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.bench.arena import ArenaOptions, engine_spec, quiet_watch
from engine.bench.contestant import Workload
from engine.bench.measurement import Round
from engine.bench.prompts import CHAT_PROMPTS, render_chat_prompt
from engine.bench.quiet import QuietWatch
from engine.bench.resident import residents
from engine.bench.rounds import Result, play_rounds

# None is the temperature that the checkpoint advises.
TEMPERATURES: tuple[float | None, ...] = (0.0, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOptions:
    """`counts` are the most drafts per step that are compared, each in an engine of its own.

    The engine chooses how many of them pay; `forced` makes as many in every step, so that the
    figures are about the drafts and not about that choice.
    """

    arena: ArenaOptions
    counts: tuple[int, ...]
    forced: bool = False
    new_tokens: int = 200
    rounds: int = len(CHAT_PROMPTS)

    def workload(self, temperature: float | None, number: int) -> Workload:
        """One chat prompt, answered until the model ends."""
        prompt = render_chat_prompt(self.arena.model, number)
        return Workload(
            prompts=(prompt,),
            new_tokens=self.new_tokens,
            temperature=temperature,
            seed=number,
            may_stop=True,
        )


def measure_drafts(options: DraftOptions) -> dict[str, Any]:
    """Start an engine for each count of drafts, let them play, and report."""
    specs = [
        replace(engine_spec(options.arena, count), forced_drafts=options.forced)
        for count in options.counts
    ]
    with residents(specs) as engines:
        quiet = quiet_watch(engines, options.arena.quiet_seconds)
        played = {
            temperature: play_rounds(
                engines,
                partial(options.workload, temperature),
                options.rounds,
                quiet,
                limit_seconds=options.arena.limit_seconds,
            )
            for temperature in TEMPERATURES
        }
        report = _report(options, played, quiet)
    return report


def answer_speed(rounds: Sequence[Round]) -> float:
    """Tokens per second over all answers: they differ in length, so their medians say little."""
    tokens = sum(sum(one.step_tokens[1:]) for one in rounds)
    seconds = sum(one.step_times[-1] - one.step_times[0] for one in rounds)
    return tokens / seconds if seconds else 0.0


def best_gain(report: dict[str, Any]) -> float | None:
    """The best greedy speed with drafts by that without; None if one of them is missing."""
    greedy = report["temperatures"][0]["drafts"]
    speeds = {one["max_drafts"]: one["tokens_per_second"] for one in greedy}
    with_drafts = [speed for count, speed in speeds.items() if count]
    if 0 not in speeds or not with_drafts:
        return None
    return float(max(with_drafts) / speeds[0])


def _report(
    options: DraftOptions, played: dict[float | None, list[Result]], quiet: QuietWatch
) -> dict[str, Any]:
    facts = played[TEMPERATURES[0]][0].facts
    return {
        "bench": "drafts",
        "model": options.arena.model.resolve().name,
        "device": facts.device,
        "dtype": facts.dtype,
        "threads": facts.threads,
        "new_tokens_at_most": options.new_tokens,
        "forced": options.forced,
        "answers": len(played[TEMPERATURES[0]][0].rounds),
        "temperatures": [
            {
                "temperature": "advised" if temperature is None else temperature,
                "drafts": [_report_count(result) for result in results],
                "texts_agree": _agree(results),
            }
            for temperature, results in played.items()
        ],
        "calls": quiet.calls,
        "disturbed_calls": quiet.disturbed,
    }


def _report_count(result: Result) -> dict[str, Any]:
    rounds = result.rounds
    drafted, accepted = sum(r.drafted for r in rounds), sum(r.accepted for r in rounds)
    tokens = sum(sum(one.step_tokens[1:]) for one in rounds)
    return {
        "max_drafts": result.contestant.spec.max_drafts,
        "tokens_per_second": round(answer_speed(rounds), 1),
        # Every forward pass brings a token of its own beside the drafts that it accepts.
        "tokens_per_forward": round(tokens / (tokens - accepted), 3) if tokens > accepted else None,
        "acceptance": round(accepted / drafted, 3) if drafted else None,
    }


def _agree(results: Sequence[Result]) -> bool:
    """Whether every count of drafts led to the same answers."""
    texts = [[one.answers for one in result.rounds] for result in results]
    return all(text == texts[0] for text in texts)

"""`prefill`: the time to the first token of long prompts, cold, and of a second turn."""

from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from engine.bench.arena import Arena, ArenaOptions, open_arena
from engine.bench.comparison import FIRST_TOKEN, report_peers
from engine.bench.contestant import Contestant, Workload
from engine.bench.measurement import Round, summarize
from engine.bench.prompts import make_prompts
from engine.bench.rounds import Result

# Two, so that there is a second step and every contestant goes its usual way.
NEW_TOKENS = 2
TURN_TOKENS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefillOptions:
    """Who meets, and how long the prompts are."""

    arena: ArenaOptions
    prompt_tokens: tuple[int, ...] = (300, 2000)
    rounds: int = 5
    second_turn: bool = False


@dataclass(frozen=True, slots=True)
class SecondTurns:
    """Times to the first token in milliseconds: of second turns, and of as long cold prompts."""

    warm_ms: tuple[float, ...]
    cold_ms: tuple[float, ...]

    @property
    def times_sooner(self) -> float:
        """Cold by warm, of the medians."""
        return median(self.cold_ms) / median(self.warm_ms)


def measure_prefill(options: PrefillOptions) -> dict[str, Any]:
    """Start everybody, let them play, and report."""
    with open_arena(options.arena) as arena:
        return report_prefill(options, arena)


def play_prefill(options: PrefillOptions, arena: Arena, prompt_tokens: int) -> list[Result]:
    """The rounds of all contestants with prompts of one length, ours first."""
    model = options.arena.model

    def workload(number: int) -> Workload:
        prompts = make_prompts(model, batch=1, prompt_tokens=prompt_tokens, seed=number)
        return Workload(prompts=prompts, new_tokens=NEW_TOKENS)

    return arena.compare(workload, batch=1, rounds=options.rounds)


def report_prefill(options: PrefillOptions, arena: Arena) -> dict[str, Any]:
    """Let everybody in `arena` play, and report."""
    by_length = {length: play_prefill(options, arena, length) for length in options.prompt_tokens}
    facts = by_length[options.prompt_tokens[0]][0].facts
    report: dict[str, Any] = {
        "bench": "prefill",
        "model": options.arena.model.resolve().name,
        "device": facts.device,
        "dtype": facts.dtype,
        "threads": facts.threads,
        "prompts": [
            _report_length(length, results, arena) for length, results in by_length.items()
        ],
    }
    if options.second_turn:
        longest = max(options.prompt_tokens)
        ours = by_length[longest][0].contestant
        report["second_turn"] = report_second_turns(
            longest, play_second_turns(options, arena, ours, longest)
        )
    return report | {"calls": arena.quiet.calls, "disturbed_calls": arena.quiet.disturbed}


def _report_length(length: int, results: list[Result], arena: Arena) -> dict[str, Any]:
    figures = summarize(results[0].rounds)
    first_ms = median(one.ttft_ms for one in results[0].rounds)
    return {
        "prompt_tokens": length,
        "ttft_ms": figures["ttft_ms"],
        "ttft_ms_range": figures["ttft_ms_range"],
        "prompt_tokens_per_second": round(length / first_ms * 1000),
        "peers": report_peers(results, arena.missing, FIRST_TOKEN),
    }


def play_second_turns(
    options: PrefillOptions, arena: Arena, ours: Contestant, prompt_tokens: int
) -> SecondTurns:
    """Each round: a first turn, a second one that begins with it, and a cold prompt as long."""
    warm, cold = [], []
    for number in range(options.rounds + 1):
        first = _one_prompt(options, prompt_tokens, seed=10_000 + number)
        answer = ours.measure(replace(first, new_tokens=TURN_TOKENS)).answers[0]
        question = _one_prompt(options, TURN_TOKENS, seed=20_000 + number).prompts[0]
        second = replace(first, prompts=((*first.prompts[0], *answer, *question),))
        fresh = _one_prompt(options, len(second.prompts[0]), seed=30_000 + number)
        warm.append(_timed(arena, ours, second).ttft_ms)
        cold.append(_timed(arena, ours, fresh).ttft_ms)
    # The first round warms up.
    return SecondTurns(tuple(warm[1:]), tuple(cold[1:]))


def report_second_turns(prompt_tokens: int, turns: SecondTurns) -> dict[str, Any]:
    """Medians and ranges of both, and how many times sooner the second turn begins."""
    return {
        "prompt_tokens": prompt_tokens + 2 * TURN_TOKENS,
        "ttft_ms": round(median(turns.warm_ms), 2),
        "ttft_ms_range": [round(min(turns.warm_ms), 2), round(max(turns.warm_ms), 2)],
        "cold_ttft_ms": round(median(turns.cold_ms), 2),
        "cold_ttft_ms_range": [round(min(turns.cold_ms), 2), round(max(turns.cold_ms), 2)],
        "times_sooner": round(turns.times_sooner, 2),
    }


def _one_prompt(options: PrefillOptions, tokens: int, seed: int) -> Workload:
    prompts = make_prompts(options.arena.model, batch=1, prompt_tokens=tokens, seed=seed)
    return Workload(prompts=prompts, new_tokens=NEW_TOKENS)


def _timed(arena: Arena, contestant: Contestant, workload: Workload) -> Round:
    arena.quiet.begin()
    one = contestant.measure(workload)
    arena.quiet.end()
    return one

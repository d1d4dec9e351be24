"""The figures that the project promises on two CPU cores, each with its aim."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.bench.arena import Arena, ArenaOptions, open_arena
from engine.bench.comparison import FIRST_TOKEN, SPEED, Metric, best_ratio, report_peers
from engine.bench.contestant import Kind
from engine.bench.decode import DecodeOptions, play_decode, report_bandwidth
from engine.bench.drafts import DraftOptions, best_gain, measure_drafts
from engine.bench.measurement import median_speed, summarize
from engine.bench.peers import NOT_INSTALLED
from engine.bench.prefill import (
    PrefillOptions,
    play_prefill,
    play_second_turns,
    report_second_turns,
)
from engine.bench.rounds import Result

BATCH = 8
LONG_PROMPT_TOKENS = 2000
HOST_MS_AIM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One promise. `value` None means that it could not be measured, for the reason in `note`."""

    name: str
    value: float | None
    aim: float
    at_least: bool = True
    note: str = ""
    details: dict[str, Any]

    @property
    def is_met(self) -> bool | None:
        """Whether the value reaches the aim; None if there is no value."""
        if self.value is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    def to_json(self) -> str:
        """One line."""
        sign = ">=" if self.at_least else "<="
        value = None if self.value is None else round(self.value, 3)
        line: dict[str, Any] = {"figure": self.name, "value": value, "aim": f"{sign} {self.aim:g}"}
        line["met"] = self.is_met
        if self.note:
            line["note"] = self.note
        return json.dumps(line | self.details)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOptions:
    """Who meets, and how much is played; the defaults take some minutes on two cores."""

    arena: ArenaOptions
    rounds: int = 5
    prompt_tokens: int = 300
    long_prompt_tokens: int = LONG_PROMPT_TOKENS
    new_tokens: int = 120
    busy: int = 1
    draft_counts: tuple[int, ...] = (0, 1, 2, 3)


def measure_figures(options: FigureOptions) -> Iterator[Figure]:
    """Play everything; each figure comes as soon as it is known."""
    arena_options = replace(options.arena, batch=BATCH)
    with open_arena(arena_options) as arena:
        yield from _decode_figures(options, arena)
        yield from _prefill_figures(options, arena)
    yield _draft_figure(options)


def _decode_figures(options: FigureOptions, arena: Arena) -> Iterator[Figure]:
    one = DecodeOptions(
        arena=options.arena,
        prompt_tokens=options.prompt_tokens,
        new_tokens=options.new_tokens,
        rounds=options.rounds,
    )
    idle = play_decode(one, arena)
    details = _details(one, idle, arena)
    yield _ratio("decode, 1 at once: ours by transformers", idle, Kind.TRANSFORMERS, 12, details)
    yield _ratio("decode, 1 at once: ours by llama.cpp", idle, Kind.LLAMA_CPP, 1.5, details)
    many = replace(one, batch=BATCH)
    results = play_decode(many, arena)
    details = _details(many, results, arena)
    yield _ratio("decode, 8 at once: ours by transformers", results, Kind.TRANSFORMERS, 6, details)
    yield _ratio("decode, 8 at once: ours by llama.cpp", results, Kind.LLAMA_CPP, 3, details)
    yield _host_figure(results)
    yield _busy_figure(options, one, idle, arena)


def _prefill_figures(options: FigureOptions, arena: Arena) -> Iterator[Figure]:
    prefill = PrefillOptions(arena=options.arena, rounds=options.rounds)
    length = options.long_prompt_tokens
    results = play_prefill(prefill, arena, length)
    details = {"ours": summarize(results[0].rounds), **_peers(results, arena, FIRST_TOKEN)}
    yield _ratio(
        f"first token of {length} tokens: ours by transformers",
        results,
        Kind.TRANSFORMERS,
        0.7,
        details,
        metric=FIRST_TOKEN,
    )
    turns = play_second_turns(prefill, arena, results[0].contestant, length)
    yield Figure(
        name="first token of a second turn: cold by prefix hit",
        value=turns.times_sooner,
        aim=10,
        details=report_second_turns(length, turns),
    )


def _draft_figure(options: FigureOptions) -> Figure:
    counts = options.draft_counts
    report = measure_drafts(DraftOptions(arena=replace(options.arena, batch=1), counts=counts))
    gain = best_gain(report)
    note = "" if gain is not None else "drafts were not compared"
    name = "decode with drafts by decode without"
    # Faster means faster than noise.
    return Figure(name=name, value=gain, aim=1.02, note=note, details=report)


def _ratio(
    name: str,
    results: list[Result],
    kind: Kind,
    aim: float,
    details: dict[str, Any],
    metric: Metric = SPEED,
) -> Figure:
    value = best_ratio(results, kind, metric)
    return Figure(
        name=name,
        value=value,
        aim=aim,
        at_least=metric.larger_is_better,
        note="" if value is not None else f"{kind.value}: {NOT_INSTALLED}",
        details=details,
    )


def _host_figure(results: list[Result]) -> Figure:
    value = results[0].rounds[-1].host_ms_per_step
    return Figure(
        name="host milliseconds per step, 8 at once",
        value=value,
        aim=HOST_MS_AIM,
        at_least=False,
        note="" if value is not None else "the engine does not tell",
        details={},
    )


def _busy_figure(
    options: FigureOptions, decode: DecodeOptions, idle: list[Result], arena: Arena
) -> Figure:
    busy = play_decode(decode, arena, options.busy)
    value = median_speed(busy[0].rounds) / median_speed(idle[0].rounds)
    return Figure(
        name="decode, 1 at once, beside a busy process: by the idle figure",
        value=value,
        aim=0.5,
        details={"busy_processes": options.busy, **_details(decode, busy, arena)},
    )


def _details(decode: DecodeOptions, results: list[Result], arena: Arena) -> dict[str, Any]:
    ours = results[0]
    speed = median_speed(ours.rounds)
    return {
        "ours": summarize(ours.rounds) | {"threads": ours.facts.threads},
        "bandwidth": report_bandwidth(decode, ours.facts, speed),
        **_peers(results, arena, SPEED),
    }


def _peers(results: list[Result], arena: Arena, metric: Metric) -> dict[str, Any]:
    return {
        "peers": report_peers(results, arena.missing, metric),
        "calls": arena.quiet.calls,
        "disturbed_calls": arena.quiet.disturbed,
    }

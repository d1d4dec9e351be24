"""`decode`: tokens per second after the first, for one conversation or several at once."""

from dataclasses import dataclass
from typing import Any

import torch

from engine.bench.arena import Arena, ArenaOptions, open_arena
from engine.bench.comparison import SPEED, report_peers
from engine.bench.contestant import Facts, Workload
from engine.bench.measurement import median_speed, summarize
from engine.bench.prompts import make_prompts
from engine.bench.rounds import Result
from engine.checkpoint.config import read_model_config
from engine.model.roofline import kv_bytes_per_step, measure_bandwidth, weights_per_step


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeOptions:
    """Who meets, and what is asked. `busy` processes take the cores in rounds of their own."""

    arena: ArenaOptions
    batch: int = 1
    prompt_tokens: int = 300
    new_tokens: int = 120
    rounds: int = 5
    busy: int = 0

    def workload(self, number: int) -> Workload:
        """The prompts of one round."""
        prompts = make_prompts(
            self.arena.model, batch=self.batch, prompt_tokens=self.prompt_tokens, seed=number
        )
        return Workload(prompts=prompts, new_tokens=self.new_tokens, seed=number)


def measure_decode(options: DecodeOptions) -> dict[str, Any]:
    """Start everybody, let them play, and report."""
    with open_arena(options.arena) as arena:
        return report_decode(options, arena)


def play_decode(options: DecodeOptions, arena: Arena, busy: int = 0) -> list[Result]:
    """The rounds of all contestants, ours first."""
    return arena.compare(options.workload, batch=options.batch, rounds=options.rounds, busy=busy)


def report_decode(options: DecodeOptions, arena: Arena) -> dict[str, Any]:
    """Let everybody in `arena` play, and report."""
    results = play_decode(options, arena)
    ours = results[0]
    report: dict[str, Any] = {
        "bench": "decode",
        "model": options.arena.model.resolve().name,
        "device": ours.facts.device,
        "dtype": ours.facts.dtype,
        "threads": ours.facts.threads,
        "batch": options.batch,
        "prompt_tokens": options.prompt_tokens,
        "new_tokens": options.new_tokens,
        **summarize(ours.rounds),
        "bandwidth": report_bandwidth(options, ours.facts, median_speed(ours.rounds)),
        "peers": report_peers(results, arena.missing, SPEED),
    }
    if options.busy:
        report["busy"] = _report_busy(options, arena, ours)
    return report | {"calls": arena.quiet.calls, "disturbed_calls": arena.quiet.disturbed}


def _report_busy(options: DecodeOptions, arena: Arena, idle: Result) -> dict[str, Any]:
    results = play_decode(options, arena, options.busy)
    ours = results[0]
    return {
        "processes": options.busy,
        **summarize(ours.rounds),
        "share_of_idle": round(median_speed(ours.rounds) / median_speed(idle.rounds), 3),
        "peers": report_peers(results, arena.missing, SPEED),
    }


def report_bandwidth(
    options: DecodeOptions, facts: Facts, tokens_per_second: float
) -> dict[str, Any]:
    """Bytes that a step reads, at what rate that was, and its share of what the machine can."""
    config = read_model_config(options.arena.model)
    context = options.prompt_tokens + options.new_tokens // 2
    weights = weights_per_step(config, options.batch) * facts.bytes_per_weight
    kv_bytes = kv_bytes_per_step(config, options.batch, context, facts.kv_itemsize)
    device = torch.device(facts.device)
    bandwidth = measure_bandwidth(device, int(weights))
    reached = (weights + kv_bytes) * tokens_per_second / options.batch
    return {
        "weight_bytes_per_step": round(weights),
        "kv_bytes_per_step": kv_bytes,
        "read_gb_per_s": round(reached / 1e9, 2),
        "machine_active_set_gb_per_s": round(bandwidth.active_set / 1e9, 1),
        "machine_memory_gb_per_s": round(bandwidth.memory / 1e9, 1),
        "share_of_active_set": round(reached / bandwidth.active_set, 3),
        "share_of_memory": round(reached / bandwidth.memory, 3),
    }

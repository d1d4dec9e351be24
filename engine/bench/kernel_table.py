"""`kernels`: what a step costs by its rows, and how near that is to the memory's speed."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import torch

from engine.bench.arena import ArenaOptions, engine_spec, quiet_watch
from engine.bench.contestant import Facts, Workload
from engine.bench.measurement import Round
from engine.bench.prompts import make_prompts
from engine.bench.resident import Resident, residents
from engine.checkpoint.config import ModelConfig, read_model_config
from engine.model.roofline import kv_bytes_per_step, measure_bandwidth, weights_per_step


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelOptions:
    """Rows are sequences that are answered at once."""

    arena: ArenaOptions
    rows: tuple[int, ...] = (1, 2, 4, 8, 16)
    prompt_tokens: int = 300
    new_tokens: int = 60
    rounds: int = 3


def measure_kernels(options: KernelOptions) -> dict[str, Any]:
    """One engine, asked for ever more answers at once; the time of its steps."""
    spec = engine_spec(options.arena)
    with residents([spec]) as (engine,):
        played = _play(options, engine)
        facts = engine.facts
    config = read_model_config(options.arena.model)
    return {
        "bench": "kernels",
        "model": options.arena.model.resolve().name,
        "device": facts.device,
        "dtype": facts.dtype,
        "threads": facts.threads,
        "context_tokens": options.prompt_tokens + options.new_tokens // 2,
        "steps": [
            _report_rows(options, config, facts, rows, rounds) for rows, rounds in played.items()
        ],
        "kernels": _report_kernels(facts),
    }


def _report_kernels(facts: Facts) -> list[dict[str, Any]]:
    """Each kernel at GLM-4.5-Air's shapes; on a CPU one library is the whole step."""
    if not facts.device.startswith("cuda"):
        return []
    # Lazily: it needs Triton, which comes with torch where there is a GPU.
    from engine.kernels.triton.bench_kernels import measure_kernels as measure_each

    return [asdict(result) for result in measure_each()]


def _play(options: KernelOptions, engine: Resident) -> dict[int, list[Round]]:
    quiet = quiet_watch([engine], options.arena.quiet_seconds)
    played: dict[int, list[Round]] = {rows: [] for rows in options.rows}
    for number in range(options.rounds + 1):
        for rows, rounds in played.items():
            prompts = make_prompts(
                options.arena.model, batch=rows, prompt_tokens=options.prompt_tokens, seed=number
            )
            quiet.begin()
            one = engine.measure(Workload(prompts=prompts, new_tokens=options.new_tokens))
            quiet.end()
            # The first round warms up.
            if number:
                rounds.append(one)
    return played


def _report_rows(
    options: KernelOptions, config: ModelConfig, facts: Facts, rows: int, rounds: list[Round]
) -> dict[str, Any]:
    step_ms = median(one.itl_ms for one in rounds)
    context = options.prompt_tokens + options.new_tokens // 2
    weights = weights_per_step(config, rows) * facts.bytes_per_weight
    read = weights + kv_bytes_per_step(config, rows, context, facts.kv_itemsize)
    bandwidth = measure_bandwidth(torch.device(facts.device), int(weights))
    bytes_per_second = read / step_ms * 1000
    return {
        "rows": rows,
        "step_ms": round(step_ms, 3),
        "tokens_per_second": round(rows / step_ms * 1000, 1),
        "read_mb": round(read / 1e6, 2),
        "read_gb_per_s": round(bytes_per_second / 1e9, 2),
        "share_of_active_set": round(bytes_per_second / bandwidth.active_set, 3),
        "share_of_memory": round(bytes_per_second / bandwidth.memory, 3),
    }

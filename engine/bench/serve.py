"""`serve`: the engine under arrivals that do not wait for it, with what readers would notice."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from engine.bench.arena import ArenaOptions
from engine.bench.arrivals import Served, Targets, poisson_arrivals
from engine.bench.measurement import percentile
from engine.bench.prompts import chat_messages
from engine.engine_loop import EngineLoop
from engine.errors import EngineError
from engine.llm_engine import EngineOptions, LLMEngine
from engine.protocol import (
    TERMINAL_EVENTS,
    EventBatch,
    Failed,
    GenerationRequest,
    SamplingParams,
)

DRAIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """`rates` are requests a second, each kept up for `seconds`."""

    arena: ArenaOptions
    rates: tuple[float, ...]
    targets: Targets
    seconds: float = 20.0
    new_tokens: int = 200


class Door:
    """Submits requests to a running loop and notes what comes back, and when."""

    def __init__(self, loop: EngineLoop, new_tokens: int) -> None:
        self._loop = loop
        self._new_tokens = new_tokens
        self._left = 0
        self._all_ended = threading.Condition()

    def submit(self, index: int, due_at: float) -> Served:
        """Ask chat prompt `index`; a refusal is a request that failed."""
        served = Served(due_at)
        request = self._request(index)
        with self._all_ended:
            self._left += 1
        try:
            self._loop.submit(request, lambda batch: self._take(served, batch))
        except EngineError:
            self._end(served, has_failed=True)
        return served

    def wait(self, timeout_seconds: float) -> bool:
        """Until every request has ended; False if they did not in time."""
        with self._all_ended:
            return self._all_ended.wait_for(lambda: self._left == 0, timeout_seconds)

    def _take(self, served: Served, batch: EventBatch) -> None:
        if batch.token_ids:
            served.note_tokens(time.perf_counter(), len(batch.token_ids))
        if batch.events and isinstance(batch.events[-1], TERMINAL_EVENTS):
            self._end(served, has_failed=isinstance(batch.events[-1], Failed))

    def _end(self, served: Served, *, has_failed: bool) -> None:
        served.has_failed = has_failed
        served.ended_at = time.perf_counter()
        with self._all_ended:
            self._left -= 1
            self._all_ended.notify_all()

    def _request(self, index: int) -> GenerationRequest:
        sampling = SamplingParams(max_tokens=self._new_tokens, seed=index)
        return GenerationRequest(
            request_id=f"{id(self)}-{index}",
            model="",
            messages=chat_messages(index),
            sampling=sampling,
        )


def measure_serve(options: ServeOptions) -> dict[str, Any]:
    """Load the engine, run every rate, and report."""
    arena = options.arena
    engine = LLMEngine.from_folder(
        arena.model,
        device=arena.device,
        dtype=arena.dtype,
        options=EngineOptions(
            max_running=arena.batch,
            max_waiting=arena.batch,
            cpu_threads=arena.threads,
            random_weights=arena.random_weights,
        ),
    )
    loop = EngineLoop(engine)
    loop.start()
    try:
        _warm_up(loop, options)
        rates = [run_rate(loop, options, rate) for rate in options.rates]
    finally:
        loop.stop()
    return {
        "bench": "serve",
        "model": arena.model.resolve().name,
        "device": engine.facts.device,
        "dtype": engine.facts.dtype,
        "running_at_most": arena.batch,
        "new_tokens_at_most": options.new_tokens,
        "target_ttft_ms": options.targets.ttft_ms,
        "target_itl_ms": options.targets.itl_ms,
        "rates": rates,
    }


def run_rate(loop: EngineLoop, options: ServeOptions, rate: float) -> dict[str, Any]:
    """Requests at one rate, then what became of them."""
    door = Door(loop, options.new_tokens)
    steps_before, began = loop.stats().steps, time.perf_counter()
    served = []
    for index, moment in enumerate(poisson_arrivals(rate, options.seconds, seed=int(rate * 1000))):
        time.sleep(max(0.0, began + moment - time.perf_counter()))
        served.append(door.submit(index, began + moment))
    have_ended = door.wait(DRAIN_SECONDS)
    elapsed = time.perf_counter() - began
    stats = loop.stats()
    report = summarize_served(served, options.targets, elapsed)
    return {
        "rate": rate,
        **report,
        "all_ended": have_ended,
        "steps": stats.steps - steps_before,
        "host_ms_per_step": round(stats.host_ms_per_step, 3),
    }


def summarize_served(
    served: Sequence[Served], targets: Targets, elapsed_seconds: float
) -> dict[str, Any]:
    """Percentiles over requests and over gaps, throughput, and the share that met the targets."""
    firsts = [one.ttft_ms for one in served if one.ttft_ms is not None]
    gaps = [gap for one in served for gap in one.gaps_ms]
    met = sum(one.meets(targets) for one in served)
    return {
        "requests": len(served),
        "failed": sum(one.has_failed for one in served),
        "ttft_ms": _spread(firsts),
        "itl_ms": _spread(gaps),
        "tokens_per_second": round(sum(one.tokens for one in served) / elapsed_seconds, 1),
        "share_within_targets": round(met / len(served), 3) if served else None,
    }


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {
        "median": round(median(values), 2),
        "p95": round(percentile(values, 0.95), 2),
        "p99": round(percentile(values, 0.99), 2),
    }


def _warm_up(loop: EngineLoop, options: ServeOptions) -> None:
    door = Door(loop, options.new_tokens)
    door.submit(0, time.perf_counter())
    door.wait(DRAIN_SECONDS)

"""What the engine counts and times about itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from engine.errors import EngineError
from engine.llm_engine.records import EngineStats
from engine.protocol import ErrorCode
from engine.runner import StepItem, StepResult, Throughput, judged_drafts
from engine.scheduler import Scheduler

# Weight of the newest step in the running averages: about the last fifty steps count.
_NEWEST = 0.04


class Counters:
    """Counts since the engine was built. `step` and `computing` are used by the stepping thread,
    everything else under the engine's lock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds and never goes back."""
        self._clock = clock
        self._steps = 0
        self._generated_tokens = 0
        self._drafted_tokens = 0
        self._accepted_draft_tokens = 0
        self._corrupted_requests = 0
        self._computing_seconds = 0.0
        self._step_ms = 0.0
        self._host_ms = 0.0
        self._throughput = Throughput()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Times one step; what is timed by `computing` inside it is not the host's."""
        self._steps += 1
        self._computing_seconds = 0.0
        started_at = self._clock()
        yield
        seconds = self._clock() - started_at
        self._step_ms = self._average(self._step_ms, seconds)
        self._host_ms = self._average(self._host_ms, seconds - self._computing_seconds)

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Times a call in which the host has nothing to do but wait."""
        started_at = self._clock()
        yield
        self._computing_seconds += self._clock() - started_at

    def note_tokens(self, now: float, tokens: int) -> None:
        """Tokens were generated."""
        self._generated_tokens += tokens
        self._throughput.add(now, tokens)

    def note_drafts(self, items: Sequence[StepItem], results: Sequence[StepResult]) -> None:
        """Drafts were judged."""
        for item, result in zip(items, results, strict=True):
            for drafted, accepted in judged_drafts(item, result):
                self._drafted_tokens += drafted
                self._accepted_draft_tokens += accepted

    def note_failure(self, error: EngineError) -> None:
        """A request ended by an error."""
        self._corrupted_requests += error.code is ErrorCode.LOGITS_NOT_FINITE

    def snapshot(self, scheduler: Scheduler, now: float) -> EngineStats:
        """Everything at this moment."""
        pool = scheduler.pool
        return EngineStats(
            steps=self._steps,
            running=len(scheduler.running),
            waiting=len(scheduler.waiting),
            max_running=scheduler.limits.max_running,
            context_length=scheduler.limits.context_length,
            kv_blocks_used=pool.num_used,
            kv_blocks_total=pool.num_blocks,
            generated_tokens=self._generated_tokens,
            tokens_per_second=self._throughput.rate(now),
            prefix_query_tokens=pool.counters.queried_tokens,
            prefix_hit_tokens=pool.counters.hit_tokens,
            drafted_tokens=self._drafted_tokens,
            accepted_draft_tokens=self._accepted_draft_tokens,
            preemptions=scheduler.preemptions,
            corrupted_requests=self._corrupted_requests,
            evicted_blocks=pool.counters.evicted_blocks,
            step_ms=self._step_ms,
            host_ms_per_step=self._host_ms,
        )

    def _average(self, so_far: float, seconds: float) -> float:
        weight = 1.0 if self._steps == 1 else _NEWEST
        return so_far + weight * (seconds * 1000 - so_far)

"""Schedulers and sequences for tests, and the step that the engine makes around the model."""

from engine.kvcache import BlockPool
from engine.protocol import Priority, SamplingParams
from engine.scheduler import (
    PrefillBudget,
    ScheduledChunk,
    Scheduler,
    SchedulerLimits,
    Sequence,
)

BLOCK_SIZE = 4


def make_scheduler(
    *,
    num_blocks: int = 100,
    max_running: int = 8,
    max_waiting: int = 8,
    budget: int = 16,
    context_length: int = 200,
    max_drafts: int = 0,
) -> Scheduler:
    limits = SchedulerLimits(
        context_length=context_length,
        block_size=BLOCK_SIZE,
        max_running=max_running,
        max_waiting=max_waiting,
        max_prefill_tokens_per_step=budget,
        max_drafts=max_drafts,
    )
    prefill_budget = PrefillBudget(block_size=BLOCK_SIZE, maximum_tokens=budget)
    return Scheduler(limits, BlockPool(num_blocks), prefill_budget)


def make_sequence(
    name: str,
    prompt_tokens: int = 4,
    new_tokens: int = 4,
    priority: Priority = Priority.INTERACTIVE,
    *,
    prompt: list[int] | None = None,
    prefill_only: bool = False,
    uses_prefix_cache: bool = True,
    fairness_key: str = "",
) -> Sequence:
    """A request whose prompt is its own, unless `prompt` says otherwise."""
    token_ids = prompt or [sum(name.encode())] * prompt_tokens
    return Sequence(
        request_id=name,
        token_ids=list(token_ids),
        max_total_tokens=len(token_ids) + new_tokens,
        sampling=SamplingParams(seed=0, max_tokens=new_tokens),
        priority=priority,
        prefill_only=prefill_only,
        uses_prefix_cache=uses_prefix_cache,
        fairness_key=fairness_key,
    )


def run_step(scheduler: Scheduler) -> tuple[ScheduledChunk, ...]:
    """What the engine does around the model: compute, append, end what is full. No draft is
    ever accepted."""
    chunks = scheduler.schedule()
    for chunk in chunks:
        scheduler.advance(chunk, (1,) if chunk.samples else ())
        if chunk.sequence.is_full:
            scheduler.remove(chunk.sequence)
    return chunks


def run_to_end(scheduler: Scheduler) -> None:
    for _ in range(10_000):
        if not scheduler.running and not scheduler.waiting:
            return
        run_step(scheduler)
    raise AssertionError("the scheduler does not come to an end")


def names(chunks: tuple[ScheduledChunk, ...]) -> list[str]:
    return [chunk.sequence.request_id for chunk in chunks]

"""What recorded steps cost on this machine, as the table that the number of drafts is chosen by."""

import random
import time
from collections.abc import Callable

from engine.protocol import SamplingParams
from engine.runner.decode_graphs import DecodeGraphs, GraphSize
from engine.runner.step import StepItem
from engine.sampling import SamplingRow
from engine.scheduler import ScheduledChunk, Sequence, StepCosts

_REPEATS = 3
_KNOWN_TOKENS = 4


def measure_graphs(
    graphs: DecodeGraphs, *, vocab_size: int, clock: Callable[[], float] = time.perf_counter
) -> StepCosts:
    """Time every recording as it is used, over a cache that no sequence holds a block of.

    A recording does a whole step, so what drafting costs is what a step with drafts takes beyond
    a forward pass of as many rows.
    """
    chance = random.Random(0)
    seconds = {
        size: _time(graphs, _make_items(graphs, size, vocab_size, chance), clock)
        for size in graphs.sizes
    }
    forward = tuple((size.batch, seconds[size]) for size in seconds if not size.num_drafts)
    plain = StepCosts(forward=forward, drafting={})
    drafting: dict[int, list[tuple[int, float]]] = {}
    for size in seconds:
        if size.num_drafts:
            beyond = seconds[size] - plain.step_seconds(size.rows, 0, 0)
            drafting.setdefault(size.num_drafts, []).append((size.batch, beyond))
    return StepCosts(forward=forward, drafting={k: tuple(v) for k, v in drafting.items()})


def _time(graphs: DecodeGraphs, items: list[StepItem], clock: Callable[[], float]) -> float:
    """The shortest of some steps, in seconds: noise only ever adds."""
    seconds = []
    for _ in range(_REPEATS):
        started_at = clock()
        graphs.launch(items)
        graphs.finish(items)
        seconds.append(clock() - started_at)
    return min(seconds)


def _make_items(
    graphs: DecodeGraphs, size: GraphSize, vocab_size: int, chance: random.Random
) -> list[StepItem]:
    """Sequences of different tokens, as equal ones would all go to the same few experts."""
    items = []
    for number in range(size.batch):
        tokens = chance.choices(range(vocab_size), k=_KNOWN_TOKENS + size.num_drafts)
        known, drafts = tokens[:_KNOWN_TOKENS], tuple(tokens[_KNOWN_TOKENS:])
        sequence = Sequence(
            request_id=f"warm-up-{number}",
            token_ids=known,
            max_total_tokens=len(tokens) + 1,
            sampling=SamplingParams(),
            block_table=[graphs.unused_block],
        )
        start = len(known) - 1
        rows = [_row(start + 1 + row) for row in range(1 + size.num_drafts)]
        chunk = ScheduledChunk(sequence, start, 1, samples=True, drafts=drafts)
        items.append(StepItem(chunk, rows, size.num_drafts or None))
    return items


def _row(position: int) -> SamplingRow:
    return SamplingRow(temperature=0.6, top_p=0.95, top_k=0, min_p=0.0, seed=1, position=position)

"""Decode steps that were recorded before the first request: one replay instead of a thousand calls.

One recording per size of batch and number of drafts serves every step that fits into it. Takes only
steps in which all sequences decode and none needs the host in between; the rest is the runner's.
"""

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import torch

from engine.errors import GenerationCorrupted
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.runner.decode_inputs import MAX_ROWS_PER_SEQUENCE, DecodeInputs
from engine.runner.decode_step import DecodeStep
from engine.runner.mirrored_tensor import MirroredTensor
from engine.runner.recorder import Action, Recorder
from engine.runner.step import StepItem, StepResult

BATCH_SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64)
_SAMPLED = slice(0, MAX_ROWS_PER_SEQUENCE)
_ACCEPTED = MAX_ROWS_PER_SEQUENCE
_DRAFTS = slice(_ACCEPTED + 1, 2 * MAX_ROWS_PER_SEQUENCE)


@dataclass(frozen=True, slots=True, order=True)
class GraphSize:
    """How many sequences a recording has places for, and how many drafts each of them."""

    batch: int
    num_drafts: int

    @property
    def rows(self) -> int:
        """The rows of the forward pass."""
        return self.batch * (self.num_drafts + 1)


class DecodeGraphs:
    """The recordings over one model and its cache. One step at a time: `launch`, then `finish`."""

    def __init__(
        self,
        model: Glm4MoeForCausalLM,
        kv: KVStorage,
        recorder: Recorder,
        *,
        vocab_size: int,
        num_blocks: int,
        max_blocks: int,
        max_batch: int,
        max_drafts: int,
    ) -> None:
        """Record all sizes, the largest first; keeps the recorder.

        The cache has one block more than the `num_blocks` that sequences may hold: the last one
        takes what nobody wants (`unused_block`). `max_blocks` is the longest block table's length.
        """
        sizes = graph_sizes(max_batch, max_drafts)
        self._model = model
        self._kv = kv
        self._vocab_size = vocab_size
        self.unused_block = num_blocks
        self._recorder = recorder
        self._batches = sorted({size.batch for size in sizes})
        self._max_drafts = max_drafts
        self._inputs = DecodeInputs(
            max_batch=self._batches[-1],
            max_blocks=max_blocks,
            unused_block=num_blocks,
            device=model.device,
        )
        outputs = (self._batches[-1], _DRAFTS.stop)
        self._outputs = MirroredTensor(outputs, torch.int64, model.device)
        self._wait: Action = _wait_for_nothing
        with torch.inference_mode():
            self._replays = {size: recorder.record(self._step(size)) for size in sizes}

    @property
    def sizes(self) -> list[GraphSize]:
        """What there are recordings for, ascending."""
        return sorted(self._replays)

    def accepts(self, items: Seq[StepItem]) -> bool:
        """Whether a recorded step computes the same as the general way for these items."""
        wanted = {item.drafts_wanted for item in items}
        return (
            0 < len(items) <= self._batches[-1]
            and len(wanted) == 1
            and wanted.isdisjoint({0})
            and (wanted.pop() or 0) <= self._max_drafts
            and all(self._is_plain(item) for item in items)
        )

    def launch(self, items: Seq[StepItem]) -> None:
        """Start to compute items that are accepted; returns before they are done."""
        num_drafts = max(max(len(item.chunk.drafts), item.drafts_wanted or 0) for item in items)
        self._wait()  # a step that nobody asked after may still read what is written now
        size = GraphSize(self._batch_for(len(items)), num_drafts)
        self._inputs.fill(items, size.batch)
        self.replay(size)

    def replay(self, size: GraphSize) -> None:
        """Start the recording of one size over the inputs that lie there."""
        self._replays[size]()
        self._outputs.download(size.batch)
        self._wait = self._recorder.mark()

    def wait(self) -> None:
        """Wait for the step that was started last."""
        self._wait()
        self._wait = _wait_for_nothing

    def finish(self, items: Seq[StepItem]) -> list[StepResult]:
        """Wait for the step that was launched with `items`; a result for each, in their order."""
        self.wait()
        outputs = self._outputs.numbers[: len(items)].tolist()
        drawn = [_read(item, output) for item, output in zip(items, outputs, strict=True)]
        wanted = self._drafts_with_room(items, drawn)
        return [
            _with_drafts(item, result, output[_DRAFTS][:wanted])
            for item, result, output in zip(items, drawn, outputs, strict=True)
        ]

    def _is_plain(self, item: StepItem) -> bool:
        chunk = item.chunk
        return (
            chunk.length == 1
            and len(item.rows) == chunk.rows
            and len(chunk.drafts) <= self._max_drafts
            and item.prompt_logprobs is None
            and all(row.adjustment is None and row.logprobs is None for row in item.rows)
        )

    def _batch_for(self, num_items: int) -> int:
        return next(batch for batch in self._batches if batch >= num_items)

    def _drafts_with_room(self, items: Seq[StepItem], drawn: Seq[StepResult]) -> int:
        """How many drafts count: as many as all want that write on and have room for.

        The second draft and those after it are computed at positions beyond the step's own.
        """
        wanted = items[0].drafts_wanted or 0
        for item, result in zip(items, drawn, strict=True):
            if result.tokens:
                chunk = item.chunk
                capacity = len(chunk.sequence.block_table) * self._kv.block_size
                wanted = min(wanted, capacity - chunk.start - len(result.tokens) + 1)
        return wanted

    def _step(self, size: GraphSize) -> Callable[[], None]:
        """The function that is recorded: from the inputs to the outputs of one size."""
        step = DecodeStep(
            self._model,
            self._kv,
            self._inputs,
            vocab_size=self._vocab_size,
            unused_block=self.unused_block,
            batch=size.batch,
            num_drafts=size.num_drafts,
        )
        outputs = self._outputs.device[: size.batch]

        def compute() -> None:
            sampled, accepted, drafts = step.compute()
            outputs[:, _SAMPLED.stop - sampled.shape[1] : _SAMPLED.stop] = sampled
            outputs[:, _ACCEPTED] = accepted
            outputs[:, _DRAFTS.start : _DRAFTS.start + drafts.shape[1]] = drafts

        return compute


def graph_sizes(max_batch: int, max_drafts: int) -> list[GraphSize]:
    """The sizes that serve up to `max_batch` sequences, the largest first."""
    batches = [batch for batch in BATCH_SIZES if batch < max_batch]
    larger = [batch for batch in BATCH_SIZES if batch >= max_batch]
    sizes = [
        GraphSize(batch, drafts)
        for batch in batches + larger[:1]
        for drafts in range(max_drafts + 1)
    ]
    return sorted(sizes, key=lambda size: size.rows, reverse=True)


def _read(item: StepItem, output: list[int]) -> StepResult:
    """The tokens that count; behind the last of them nothing could be drawn if it is negative."""
    first = MAX_ROWS_PER_SEQUENCE - item.chunk.rows
    tokens = output[first : first + output[_ACCEPTED] + 1]
    if tokens[-1] >= 0:
        return StepResult(tokens=tuple(tokens))
    return StepResult(tokens=tuple(tokens[:-1]), error=GenerationCorrupted())


def _with_drafts(item: StepItem, result: StepResult, drafts: list[int]) -> StepResult:
    if item.drafts_wanted is None or not result.tokens:
        return result
    return StepResult(
        tokens=result.tokens,
        error=result.error,
        draft_token_ids=tuple(drafts),
        drafted_from=item.chunk.start,
    )


def _wait_for_nothing() -> None:
    """No step is under way."""

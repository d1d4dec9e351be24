"""Drives a runner over a few sequences, moving them on as the scheduler does."""

from collections.abc import Sequence as Seq

import torch

from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.protocol import SamplingParams
from engine.runner import DecodeGraphs, ModelRunner, StepItem, StepResult, TorchExecutor
from engine.runner.recorder import Action, Recorder
from engine.sampling import Sampler, SamplingRow
from engine.scheduler import ScheduledChunk, Sequence
from tests.engine.model.stepper import random_prompt

BLOCK_SIZE, NUM_BLOCKS, MAX_BLOCKS, VOCAB_SIZE = 4, 160, 16, 250


class DirectRecorder:
    """Does the work again each time."""

    def record(self, function: Action) -> Action:
        function()
        return function

    def mark(self) -> Action:
        return lambda: None


def make_cache(model: Glm4MoeForCausalLM) -> KVStorage:
    """A cache with one more block than sequences may hold."""
    config = model.config
    return KVStorage(
        num_layers=config.num_hidden_layers + 1,
        num_blocks=NUM_BLOCKS + 1,
        block_size=BLOCK_SIZE,
        num_kv_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        dtype=model.dtype,
        device="cpu",
    )


def make_graphs(
    model: Glm4MoeForCausalLM,
    kv: KVStorage,
    recorder: Recorder,
    *,
    max_batch: int,
    max_drafts: int = 3,
) -> DecodeGraphs:
    return DecodeGraphs(
        model,
        kv,
        recorder,
        vocab_size=VOCAB_SIZE,
        num_blocks=NUM_BLOCKS,
        max_blocks=MAX_BLOCKS,
        max_batch=max_batch,
        max_drafts=max_drafts,
    )


class Decoding:
    """Sequences with prompts of different lengths, over blocks in a scrambled order.

    They take turns with the temperatures.
    """

    def __init__(
        self,
        model: Glm4MoeForCausalLM,
        *,
        batch: int,
        recorder: Recorder | None,
        temperatures: Seq[float] = (0.0,),
        blocks_per_sequence: int = MAX_BLOCKS,
        max_drafts: int = 3,
    ) -> None:
        self.kv = make_cache(model)
        self.graphs: DecodeGraphs | None = None
        if recorder is not None:
            self.graphs = make_graphs(
                model, self.kv, recorder, max_batch=batch, max_drafts=max_drafts
            )
        self.runner = ModelRunner(
            TorchExecutor(model, self.kv, VOCAB_SIZE),
            Sampler(VOCAB_SIZE),
            vocab_size=VOCAB_SIZE,
            block_size=BLOCK_SIZE,
            graphs=self.graphs,
        )
        self.temperatures = temperatures
        order = torch.randperm(NUM_BLOCKS, generator=torch.Generator().manual_seed(2)).tolist()
        self.sequences = [
            Sequence(
                request_id=str(number),
                token_ids=random_prompt(3 + 4 * number, seed=number, vocab_size=VOCAB_SIZE),
                max_total_tokens=blocks_per_sequence * BLOCK_SIZE,
                sampling=SamplingParams(),
                block_table=order[number * MAX_BLOCKS :][:blocks_per_sequence],
            )
            for number in range(batch)
        ]

    def step(
        self, wanted: int | None, *, used_drafts: Seq[int] = (), logprobs: int | None = None
    ) -> list[StepResult]:
        """One step of all sequences; `used_drafts` limits how many drafts each of them takes."""
        items = self.items(wanted, used_drafts=used_drafts, logprobs=logprobs)
        self.runner.launch(items)
        results = self.runner.finish(items)
        for item, result in zip(items, results, strict=True):
            _advance(item, result)
        return results

    def items(
        self, wanted: int | None, *, used_drafts: Seq[int] = (), logprobs: int | None = None
    ) -> list[StepItem]:
        limits = used_drafts or [3] * len(self.sequences)
        return [
            self._item(sequence, limit, wanted, logprobs)
            for sequence, limit in zip(self.sequences, limits, strict=True)
        ]

    def texts(self) -> list[list[int]]:
        return [sequence.token_ids for sequence in self.sequences]

    def _item(
        self, sequence: Sequence, limit: int, wanted: int | None, logprobs: int | None
    ) -> StepItem:
        number = int(sequence.request_id)
        start, length = sequence.computed_tokens, sequence.pending_tokens
        end = start + length
        room = len(sequence.block_table) * BLOCK_SIZE - end
        drafts = sequence.draft_token_ids[: max(0, min(limit, room))]
        rows = [
            SamplingRow(
                temperature=self.temperatures[number % len(self.temperatures)],
                top_p=0.95,
                top_k=50,
                min_p=0.01,
                seed=number,
                position=end + row,
                logprobs=logprobs,
            )
            for row in range(1 + len(drafts))
        ]
        return StepItem(ScheduledChunk(sequence, start, length, True, drafts), rows, wanted)


def _advance(item: StepItem, result: StepResult) -> None:
    chunk, sequence = item.chunk, item.chunk.sequence
    if not result.tokens:
        return
    sequence.token_ids += result.tokens
    sequence.computed_tokens = chunk.start + chunk.length + len(result.tokens) - 1
    sequence.draft_token_ids = result.draft_token_ids
    if result.drafted_from is None:
        sequence.draft_start = sequence.computed_tokens
    elif result.drafted_from > chunk.start:
        sequence.draft_start = result.drafted_from

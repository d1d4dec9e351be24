"""Recorded decode steps: the same results as the general way, whatever stands in the batch."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from engine import kernels
from engine.errors import GenerationCorrupted
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import load_model
from engine.protocol import SamplingParams
from engine.runner import DecodeGraphs, StepItem, StepResult
from engine.runner.decode_graphs import GraphSize, graph_sizes
from engine.sampling import SamplingRow
from engine.scheduler import ScheduledChunk, Sequence
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from tests.engine.runner.decoding import (
    BLOCK_SIZE,
    MAX_BLOCKS,
    NUM_BLOCKS,
    Decoding,
    DirectRecorder,
    make_cache,
    make_graphs,
)
from tests.engine.runner.tape import TapeRecorder, dense_mixture_of_experts

POISON = 9


@pytest.fixture
def model(tiny_model: Glm4MoeForCausalLM) -> Glm4MoeForCausalLM:
    return tiny_model


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[GraphSize]:
    """The sizes that were replayed."""
    sizes: list[GraphSize] = []
    replay = DecodeGraphs.replay

    def note(self: DecodeGraphs, size: GraphSize) -> None:
        sizes.append(size)
        replay(self, size)

    monkeypatch.setattr(DecodeGraphs, "replay", note)
    return sizes


def read_prompts(model: Glm4MoeForCausalLM, **options: Any) -> tuple[Decoding, Decoding]:
    """The same sequences twice, with recorded steps and without; their prompts are read."""
    recorder = options.pop("recorder", DirectRecorder())
    recorded = Decoding(model, recorder=recorder, **options)
    general = Decoding(model, recorder=None, **options)
    wanted = options.get("max_drafts", 3)
    assert recorded.step(wanted) == general.step(wanted)
    return recorded, general


@pytest.mark.parametrize("batch", range(1, 10))
def test_batches_of_any_size_and_any_number_of_drafts_give_the_same(
    model: Glm4MoeForCausalLM, replays: list[GraphSize], batch: int
) -> None:
    recorded, general = read_prompts(model, batch=batch, temperatures=(0.9, 0.0))
    for wanted in (3, 2, 1, None, None, 1, 3, None, 2):
        assert recorded.step(wanted) == general.step(wanted)
    assert [size.num_drafts for size in replays] == [3, 3, 2, 1, 0, 1, 3, 3, 2]
    assert {size.batch for size in replays} == {next(b for b in (1, 2, 4, 8, 16) if b >= batch)}


def test_sequences_with_fewer_drafts_than_their_mates_give_the_same(
    model: Glm4MoeForCausalLM, replays: list[GraphSize]
) -> None:
    recorded, general = read_prompts(model, batch=4, temperatures=(0.9,))
    for used_drafts in ((0, 1, 2, 3), (3, 0, 0, 1), (0, 0, 1, 1), (0, 0, 0, 0), (2, 3, 2, 3)):
        expected = general.step(3, used_drafts=used_drafts)
        assert recorded.step(3, used_drafts=used_drafts) == expected
    assert len(replays) == 5


def test_drafts_are_accepted_and_rejected_as_the_general_way_does(
    model: Glm4MoeForCausalLM,
) -> None:
    recorded, general = read_prompts(model, batch=3)
    accepted = set()
    for right in (0, 1, 2, 3, 2, 1, 3):
        future = Decoding(model, recorder=None, batch=3)
        for sequence, known in zip(future.sequences, general.sequences, strict=True):
            sequence.token_ids = list(known.token_ids)
        texts = [future.step(None) for _ in range(3)]
        for number in range(3):
            drafts = [step[number].tokens[0] for step in texts]
            drafts[right:] = [(token + 1) % 200 for token in drafts[right:]]
            for decoding in (recorded, general):
                decoding.sequences[number].draft_token_ids = tuple(drafts)
        results = recorded.step(3)
        assert results == general.step(3)
        accepted |= {len(result.tokens) - 1 for result in results}
    assert accepted == {0, 1, 2, 3}


def test_recorded_and_general_steps_may_take_turns(
    model: Glm4MoeForCausalLM, replays: list[GraphSize]
) -> None:
    recorded, general = read_prompts(model, batch=3, temperatures=(0.9,))
    for logprobs in (None, 2, None, None, 1, 3, None):
        expected = general.step(2, logprobs=logprobs)
        assert [r.tokens for r in recorded.step(2, logprobs=logprobs)] == [
            r.tokens for r in expected
        ]
    assert recorded.texts() == general.texts()
    assert len(replays) == 4


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_drafts_end_where_a_sequence_has_no_more_blocks(
    model: Glm4MoeForCausalLM, wanted: int
) -> None:
    recorded, general = read_prompts(model, batch=2, blocks_per_sequence=4)
    proposed = set()
    while len(general.texts()[1]) <= 4 * BLOCK_SIZE:
        results = recorded.step(wanted)
        assert results == general.step(wanted)
        proposed |= {len(result.draft_token_ids) for result in results}
    assert proposed >= {1, wanted}


def test_values_that_are_no_numbers_end_their_own_sequence_only(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("poisoned")
    write_tiny_checkpoint(folder, "air", seed=4, fp8=False, mtp=True)
    model = load_model(folder, with_mtp=True)
    recorded, general = read_prompts(model, batch=5)
    model.embedding[POISON] = torch.nan
    for decoding in (recorded, general):
        decoding.sequences[1].token_ids[-1] = POISON
        decoding.sequences[3].draft_token_ids = (POISON, *decoding.sequences[3].draft_token_ids)[:3]
    results = recorded.step(3)
    expected = general.step(3)
    for number in (0, 2, 4):
        assert results[number] == expected[number]
        assert results[number].tokens
    for number in (1, 3):
        assert results[number].tokens == expected[number].tokens
    assert isinstance(results[1].error, GenerationCorrupted)
    assert results[1].tokens == ()


def test_a_row_without_numbers_behind_accepted_drafts_ends_the_text_there(
    model: Glm4MoeForCausalLM,
) -> None:
    recorded, general = read_prompts(model, batch=1)
    future = Decoding(model, recorder=None, batch=1)
    future.sequences[0].token_ids = list(general.texts()[0])
    right = [future.step(None)[0].tokens[0] for _ in range(2)]
    weights = model.embedding.clone()
    try:
        model.embedding[right[1]] = torch.nan
        for decoding in (recorded, general):
            decoding.sequences[0].draft_token_ids = tuple(right)
        results = recorded.step(2)
        assert [result.tokens for result in results] == [r.tokens for r in general.step(2)]
    finally:
        model.embedding.copy_(weights)
    assert isinstance(results[0].error, GenerationCorrupted)


def test_a_sequence_that_was_preempted_brings_new_blocks(model: Glm4MoeForCausalLM) -> None:
    recorded, general = read_prompts(model, batch=2)
    assert recorded.step(1) == general.step(1)
    for decoding in (recorded, general):
        sequence = decoding.sequences[0]
        sequence.block_table = list(range(NUM_BLOCKS - MAX_BLOCKS, NUM_BLOCKS))[::-1]
        sequence.computed_tokens = sequence.draft_start = 0
        sequence.draft_token_ids = ()
    for wanted in (1, 1, 2):
        assert recorded.step(wanted) == general.step(wanted)


def test_a_recording_needs_no_host_and_repeats_with_other_inputs(
    model: Glm4MoeForCausalLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "mixture_of_experts", dense_mixture_of_experts)
    recorded, general = read_prompts(
        model, batch=2, temperatures=(0.9, 0.0), recorder=TapeRecorder(), max_drafts=1
    )
    for wanted in (1, 1, None, None, 1):
        assert recorded.step(wanted) == general.step(wanted)


def make_item(**changes: Any) -> StepItem:
    sequence = Sequence(
        request_id="alice",
        token_ids=[5, 6, 7],
        max_total_tokens=40,
        sampling=SamplingParams(),
        block_table=[0],
    )
    row = SamplingRow(temperature=0.0, top_p=1.0, top_k=0, min_p=0.0, seed=0, position=3)
    chunk = ScheduledChunk(sequence, 2, 1, samples=True)
    return replace(StepItem(chunk, [row]), **changes)


def test_only_plain_decode_steps_are_taken(model: Glm4MoeForCausalLM) -> None:
    graphs = make_graphs(model, make_cache(model), DirectRecorder(), max_batch=2, max_drafts=1)
    item = make_item()
    assert graphs.accepts([item, item])
    assert graphs.accepts([replace(item, drafts_wanted=1)])
    row = item.rows[0]
    refused = [
        [],
        [item] * 3,
        [item, replace(item, drafts_wanted=1)],
        [replace(item, drafts_wanted=0)],
        [replace(item, drafts_wanted=2)],
        [replace(item, prompt_logprobs=0)],
        [replace(item, rows=[row._replace(logprobs=0)])],
        [replace(item, rows=())],
        [replace(item, chunk=replace(item.chunk, start=1, length=2))],
        [replace(item, chunk=replace(item.chunk, drafts=(1, 2)), rows=[row] * 3)],
    ]
    assert [graphs.accepts(items) for items in refused] == [False] * len(refused)


def test_a_step_that_nobody_asked_after_does_not_disturb_the_next(
    model: Glm4MoeForCausalLM,
) -> None:
    recorded, general = read_prompts(model, batch=2)
    waited: list[str] = []
    assert recorded.graphs is not None
    recorded.graphs.launch(recorded.items(1))
    recorded.graphs._wait = lambda: waited.append("for the step that was left")
    results: list[StepResult] = recorded.step(1)
    assert waited
    assert results == general.step(1)


def test_sizes_cover_the_largest_batch_and_come_largest_first() -> None:
    sizes = graph_sizes(5, 1)
    assert sorted(sizes) == [GraphSize(batch, k) for batch in (1, 2, 4, 8) for k in (0, 1)]
    assert [size.rows for size in sizes] == sorted((s.rows for s in sizes), reverse=True)
    assert max(graph_sizes(100, 0)).batch == 64

"""A row's result depends on nothing but its own sequence: not on batch mates, not on threads."""

import itertools
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.kernels.cpu import CpuLibrary
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import load_model
from tests.engine.kernels.cpu.adapter import (
    Batch,
    new_cache,
    new_step,
    random_blocks,
    random_tokens,
    run,
)

GLM_NANO = Path(__file__).parents[4] / "models" / "glm-nano"
NUM_SEQUENCES, BLOCKS_EACH = 9, 6


@pytest.fixture(scope="module")
def model() -> Glm4MoeForCausalLM:
    return load_model(GLM_NANO)


def prompts() -> list[list[int]]:
    return [random_tokens(30 + 3 * index, 2000, seed=index) for index in range(NUM_SEQUENCES)]


def blocks_of(sequence: int) -> list[int]:
    blocks = random_blocks(NUM_SEQUENCES * BLOCKS_EACH)
    return blocks[sequence * BLOCKS_EACH : (sequence + 1) * BLOCKS_EACH]


def steps_of(
    library: CpuLibrary, model: Glm4MoeForCausalLM, groups: list[list[int]], threads: int
) -> dict[int, list[Tensor]]:
    """Three steps of every sequence, in these groups: its prompt's end in rows of 1, 1 and 3."""
    step = new_step(library, model, new_cache(model, NUM_SEQUENCES * BLOCKS_EACH), threads=threads)
    result: dict[int, list[Tensor]] = {index: [] for index in range(NUM_SEQUENCES)}
    for index, tokens in enumerate(prompts()):
        batch = Batch()
        batch.add(tokens[:-5], 0, blocks_of(index))
        step_rows = run(step, batch)
        assert torch.isfinite(step_rows).all()
    for begin, end in ((-5, -4), (-4, -3), (-3, None)):
        for group in groups:
            batch = Batch()
            for index in group:
                tokens = prompts()[index]
                batch.add(tokens[begin:end], len(tokens) + begin, blocks_of(index))
            logits = run(step, batch)
            for place, index in enumerate(group):
                rows = slice(batch.query_starts[place], batch.query_starts[place + 1])
                result[index].append(logits[rows])
    step.close()
    return result


def assert_same(first: dict[int, list[Tensor]], second: dict[int, list[Tensor]]) -> None:
    for index in range(NUM_SEQUENCES):
        for mine, other in zip(first[index], second[index], strict=True):
            assert torch.equal(mine, other)


def test_alone_and_in_batches_of_any_size_are_equal_bit_for_bit(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    alone = steps_of(library, model, [[index] for index in range(NUM_SEQUENCES)], 2)
    for groups in ([[0, 1], [2, 3, 4], [5, 6, 7, 8]], [list(range(NUM_SEQUENCES))]):
        assert_same(alone, steps_of(library, model, groups, 2))


def test_one_two_and_five_threads_are_equal_bit_for_bit(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    groups = [[0, 1, 2], [3, 4, 5, 6, 7], [8]]
    one = steps_of(library, model, groups, 1)
    for threads in (2, 5):
        assert_same(one, steps_of(library, model, groups, threads))


def test_rows_of_one_sequence_see_those_before_them(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    tokens = random_tokens(40, 2000)
    step = new_step(library, model, new_cache(model, 8))
    together = Batch()
    together.add(tokens, 0, [0, 2, 4])
    at_once = run(step, together)
    for position, token in enumerate(tokens):
        single = Batch()
        single.add([token], position, [1, 3, 5])
        assert torch.equal(run(step, single)[0], at_once[position])
    step.close()


def test_only_sampled_rows_have_logits_and_all_have_hidden_states(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    step = new_step(library, model, new_cache(model, 4))
    batch = Batch()
    batch.add(random_tokens(12, 2000), 0, [1])
    every = run(step, batch)
    hidden = step.hidden[:12].clone()
    step.hidden.zero_()
    batch.sample_rows = [11, 3]
    assert torch.equal(run(step, batch), every[[11, 3]])
    batch.sample_rows = []
    run(step, batch)
    assert torch.equal(step.hidden[:12], hidden)
    step.close()


def test_rows_that_nobody_asks_for_leave_the_others_and_the_cache_as_they_are(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    tokens = random_tokens(150, 2000)
    batch = Batch()
    batch.add(tokens[:140], 0, random_blocks(10))
    batch.add(tokens[140:], 0, [10])
    batch.sample_rows = [139, 149]
    caches = [new_cache(model, 11), new_cache(model, 11)]
    steps = [new_step(library, model, cache) for cache in caches]
    every = run(steps[0], batch)
    steps[1].begin(batch, hidden_rows=[120, 138])
    steps[1].wait()
    assert torch.equal(steps[1].logits[:2], every)
    for row in (120, 138, 139, 149):
        assert torch.equal(steps[0].hidden[row], steps[1].hidden[row])
    assert steps[1].hidden[100].abs().max() == 0
    for mine, other in zip(*(itertools.chain(*one.plain_layers()) for one in caches), strict=True):
        assert torch.equal(mine, other)
    for step in steps:
        step.close()


def test_a_prompt_in_one_step_equals_its_chunks_bit_for_bit(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    tokens = random_tokens(300, 2000)
    whole = new_step(library, model, new_cache(model, 20))
    batch = Batch()
    batch.add(tokens, 0, random_blocks(20))
    batch.sample_rows = [299]
    expected = run(whole, batch)
    chunked = new_step(library, model, new_cache(model, 20))
    begin = 0
    for size in (1, 7, 90, 64, 130, 8):
        batch = Batch()
        batch.add(tokens[begin : begin + size], begin, random_blocks(20))
        batch.sample_rows = [size - 1]
        logits = run(chunked, batch)
        begin += size
    assert torch.equal(logits, expected)
    whole.close()
    chunked.close()


def test_parts_of_a_long_context_are_merged_the_same_in_every_company(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    cache = new_cache(model, 260)
    generator = torch.Generator().manual_seed(1)
    for tensor in itertools.chain(*cache.plain_layers()):
        tensor.copy_(torch.randn(tensor.shape, generator=generator))
    step = new_step(library, model, cache)
    blocks = random_blocks(256)
    alone, company = Batch(), Batch()
    alone.add([7], 4000, blocks)
    company.add([9, 9], 3, [256])
    company.add([7], 4000, blocks)
    company.add([8], 2000, [257] * 126)
    assert torch.equal(run(step, alone)[0], run(step, company)[2])
    step.close()

"""The draft layer proposes what its torch twin proposes, and keeps its cache like it."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine import kernels
from engine.kernels.cpu import CpuLibrary
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint
from tests.engine.kernels.cpu.adapter import (
    Batch,
    metadata_of,
    new_cache,
    new_step,
    random_blocks,
    random_tokens,
    reference_forward,
    run,
)

GLM_NANO = Path(__file__).parents[4] / "models" / "glm-nano"


def draft_layer(
    model: Glm4MoeForCausalLM, cache: KVStorage, batch: Batch, hidden: Tensor
) -> tuple[Tensor, list[int]]:
    """The twin: normed hidden states of all rows, and the likeliest token of each."""
    assert model.mtp is not None
    rotary = kernels.rotary_cos_sin(
        torch.tensor(batch.positions), model.rotary_frequencies, torch.float32
    )
    embedded = model.embedding[batch.token_ids].float()
    drafted = model.mtp.forward(
        embedded, hidden, rotary, cache.keys[-1], cache.values[-1], metadata_of(batch)
    )
    logits = model.compute_logits(drafted)[:, : model.config.vocab_size]
    return drafted, logits.argmax(-1).tolist()


def draft_by_torch(
    model: Glm4MoeForCausalLM, cache: KVStorage, batch: Batch, hidden: Tensor, count: int
) -> list[list[int]]:
    """First over the given rows, then over its own output, one row per sequence."""
    drafted, tokens = draft_layer(model, cache, batch, hidden)
    last = [end - 1 for end in batch.query_starts[1:]]
    proposals = [[tokens[row]] for row in last]
    positions = [batch.positions[row] for row in last]
    hidden = drafted[last]
    for step in range(1, count):
        rows = Batch()
        for sequence, blocks in enumerate(batch.block_tables):
            rows.add(
                [proposals[sequence][-1]],
                positions[sequence] + step,
                blocks,
                batch.context_starts[sequence],
            )
        hidden, tokens = draft_layer(model, cache, rows, hidden)
        for sequence, token in enumerate(tokens):
            proposals[sequence].append(token)
    return proposals


def compare_drafts(library: CpuLibrary, model: Glm4MoeForCausalLM, count: int) -> set[int]:
    """Drafts after a prompt and after a few more rows, of two sequences; the second one's draft
    cache begins at position 12."""
    ours, theirs = new_cache(model, 16), new_cache(model, 16)
    step = new_step(library, model, ours)
    blocks, vocab = random_blocks(16), model.config.vocab_size
    texts = [random_tokens(40, vocab, seed=1), random_tokens(40, vocab, seed=2)]
    tables, starts = [blocks[:4], blocks[4:8]], [0, 12]
    seen: set[int] = set()
    for begins, ends in (((0, 12), (30, 20)), ((30, 20), (31, 24)), ((31, 24), (34, 25))):
        forward, drafts = Batch(), Batch()
        for index, text in enumerate(texts):
            first = 0 if begins[index] == 12 else begins[index]
            forward.add(text[first : ends[index]], first, tables[index])
            following = text[begins[index] + 1 : ends[index] + 1]
            drafts.add(following, begins[index], tables[index], starts[index])
        run(step, forward)
        hidden, _ = reference_forward(model, theirs, forward)
        rows = [
            forward.positions.index(position, forward.query_starts[sequence])
            for sequence in range(2)
            for position in range(begins[sequence], ends[sequence])
        ]
        expected = draft_by_torch(model, theirs, drafts, hidden[rows], count)
        assert step.draft(drafts, rows, count).tolist() == expected
        seen.update(token for tokens in expected for token in tokens)
    torch.testing.assert_close(ours.keys[-1], theirs.keys[-1], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours.values[-1], theirs.values[-1], atol=1e-4, rtol=1e-4)
    step.close()
    return seen


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("shape", ["air", "full"])
def test_drafts_of_tiny_models_equal_torch(
    tmp_path: Path, library: CpuLibrary, shape: Shape, count: int
) -> None:
    write_tiny_checkpoint(tmp_path, shape, seed=8, fp8=True, mtp=True)
    assert len(compare_drafts(library, load_model(tmp_path, with_mtp=True), count)) > 2


def test_drafts_of_glm_nano_equal_torch(library: CpuLibrary) -> None:
    compare_drafts(library, load_model(GLM_NANO, with_mtp=True), 3)


def test_drafts_are_the_same_alone_and_in_company(library: CpuLibrary) -> None:
    model = load_model(GLM_NANO, with_mtp=True)
    step = new_step(library, model, new_cache(model, 16))
    tokens = [random_tokens(11, 2000, seed=index) for index in range(5)]

    def drafts_of(sequences: list[int]) -> list[list[int]]:
        forward, drafts = Batch(), Batch()
        for index in sequences:
            forward.add(tokens[index][:10], 0, [index])
            drafts.add(tokens[index][1:], 0, [index])
        run(step, forward)
        proposed: list[list[int]] = step.draft(drafts, list(range(10 * len(sequences))), 3).tolist()
        return proposed

    alone = [drafts_of([index])[0] for index in range(5)]
    assert drafts_of([0, 1, 2, 3, 4]) == alone
    step.close()


def test_drafts_without_a_draft_layer_are_refused(tmp_path: Path, library: CpuLibrary) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=8, fp8=False, mtp=False)
    model = load_model(tmp_path)
    step = new_step(library, model, new_cache(model, 2))
    batch = Batch()
    batch.add([1], 0, [0])
    run(step, batch)
    with pytest.raises(ValueError, match="draft layer"):
        step.draft(batch, [0], 1)
    step.close()


def test_drafts_beyond_the_block_table_are_refused(library: CpuLibrary) -> None:
    model = load_model(GLM_NANO, with_mtp=True)
    step = new_step(library, model, new_cache(model, 2))
    batch = Batch()
    batch.add([1], 15, [0])
    run(step, batch)
    with pytest.raises(ValueError, match="block"):
        step.draft(batch, [0], 2)
    step.close()

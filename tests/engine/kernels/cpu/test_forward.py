"""A forward pass computes what torch computes, on every kind of checkpoint and geometry."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.kernels.cpu import CpuLibrary, CpuStep, StepGeometry
from engine.kernels.cpu.plain_step import PlainStep
from engine.kernels.cpu.random_weights import RandomModel
from engine.model.loading import load_model
from engine.protocol import ChatMessage, Role
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint
from tests.engine.kernels.cpu.adapter import (
    Batch,
    new_cache,
    new_step,
    random_blocks,
    random_tokens,
    reference_forward,
    run,
)

GLM_NANO = Path(__file__).parents[4] / "models" / "glm-nano"


@pytest.mark.parametrize("fp8", [False, True])
@pytest.mark.parametrize("shape", ["air", "full"])
def test_ragged_steps_equal_torch(
    tmp_path: Path, library: CpuLibrary, shape: Shape, fp8: bool
) -> None:
    write_tiny_checkpoint(tmp_path, shape, seed=3, fp8=fp8, mtp=True)
    model = load_model(tmp_path)
    ours, theirs = new_cache(model, 24), new_cache(model, 24)
    step = new_step(library, model, ours)
    blocks = random_blocks(24)
    prompt = random_tokens(60, model.config.vocab_size)
    first, second = Batch(), Batch()
    first.add(prompt[:30], 0, blocks[:4])
    first.add(prompt[:20], 0, blocks[4:8])
    second.add(prompt[30:31], 30, blocks[:4])
    second.add(prompt[20:24], 20, blocks[4:8])
    second.add(prompt[:9], 0, blocks[8:9])
    for batch in (first, second):
        logits = run(step, batch)
        hidden, expected = reference_forward(model, theirs, batch)
        torch.testing.assert_close(logits, expected, atol=5e-5, rtol=1e-4)
        torch.testing.assert_close(step.hidden[: len(hidden)], hidden, atol=5e-5, rtol=1e-4)
    for mine, other in zip(ours.keys + ours.values, theirs.keys + theirs.values, strict=True):
        torch.testing.assert_close(mine, other, atol=5e-5, rtol=1e-4)
    step.close()


def test_greedy_text_of_glm_nano_equals_torch(library: CpuLibrary) -> None:
    model = load_model(GLM_NANO)
    ours, theirs = new_cache(model, 8), new_cache(model, 8)
    step = new_step(library, model, ours)
    blocks = random_blocks(8)
    pending, start, written = random_tokens(40, 2000), 0, []
    for _ in range(40):
        batch = Batch()
        batch.add(pending, start, blocks)
        start += len(pending)
        token = int(run(step, batch)[-1].argmax())
        assert token == int(reference_forward(model, theirs, batch)[1][-1].argmax())
        written.append(token)
        pending = [token]
    assert len(set(written)) > 5
    step.close()


BASE = RandomModel(
    geometry=StepGeometry(
        hidden_size=64,
        num_layers=2,
        num_heads=6,
        num_kv_heads=2,
        head_dim=32,
        vocab_size=101,
        num_experts=12,
        top_k=4,
        normalize=True,
        scaling_factor=2.5,
        epsilon=1e-5,
    ),
    rotary_dim=16,
    dense_width=96,
    expert_width=48,
    shared_width=80,
)
MODELS = {
    "wide heads": replace(BASE, geometry=replace(BASE.geometry, head_dim=128), rotary_dim=64),
    "odd widths": replace(
        BASE,
        geometry=replace(BASE.geometry, hidden_size=53, head_dim=26),
        dense_width=37,
        expert_width=17,
        shared_width=51,
        rotary_dim=14,
    ),
    "one expert each, not normalized": replace(
        BASE, geometry=replace(BASE.geometry, top_k=1, normalize=False)
    ),
    "no norm of heads": replace(BASE, use_qk_norm=False),
    "float32": replace(BASE, weight_type=torch.float32),
    "float8": replace(BASE, weight_type=torch.float8_e4m3fn),
    "one key head": replace(BASE, geometry=replace(BASE.geometry, num_heads=5, num_kv_heads=1)),
}


@pytest.mark.parametrize("name", MODELS)
def test_any_geometry_equals_torch(library: CpuLibrary, name: str) -> None:
    model = MODELS[name]
    sizes, weights = model.geometry, model.weights()
    shape = (6, 16, sizes.num_kv_heads, sizes.head_dim)
    caches = [[torch.zeros(shape) for _ in range(3)] for _ in range(4)]
    table = [4, 1, 5]
    step = CpuStep(library, sizes, weights, caches[0], caches[1], threads=2, max_context=48)
    plain = PlainStep(sizes, weights, caches[2], caches[3], table)
    tokens = random_tokens(36, sizes.vocab_size)
    for start, end in ((0, 30), (30, 31), (31, 33), (33, 36)):
        batch = Batch()
        batch.add(tokens[start:end], start, table)
        expected = plain.logits(plain.forward(tokens[start:end], start))
        torch.testing.assert_close(run(step, batch), expected, atol=1e-4, rtol=1e-4)
    step.close()


def test_a_bfloat16_cache_holds_rounded_keys(tmp_path: Path, library: CpuLibrary) -> None:
    write_tiny_checkpoint(tmp_path, "full", seed=4, fp8=False, mtp=False)
    model = load_model(tmp_path)
    ours, theirs = (new_cache(model, 4, torch.bfloat16) for _ in range(2))
    step = new_step(library, model, ours)
    batch = Batch()
    batch.add(random_tokens(40, 250), 0, [2, 0, 3])
    logits = run(step, batch)
    _, expected = reference_forward(model, theirs, batch)
    torch.testing.assert_close(logits, expected, atol=0.05, rtol=0.05)
    torch.testing.assert_close(ours.keys[0], theirs.keys[0], atol=0.01, rtol=0.01)
    step.close()


def test_bfloat16_activations_stay_near_float32(library: CpuLibrary) -> None:
    # Of words that it knows: on random ones a rounded router may choose another expert.
    model, tokenizer = load_model(GLM_NANO), ChatTokenizer.from_folder(GLM_NANO)
    question = ChatMessage(role=Role.USER, content="Draw an SVG badge that says Honey Bees")
    prompt = ChatTemplate.from_folder(GLM_NANO).render_ids(
        (question,), (), thinking=True, tokenizer=tokenizer
    )
    batch = Batch()
    batch.add(prompt, 0, [1, 0])
    exact, rounded = (
        run(new_step(library, model, new_cache(model, 2), activations=activations), batch)
        for activations in ("float32", "bfloat16")
    )
    assert not torch.equal(exact, rounded)
    assert (exact - rounded).abs().max() < 0.1
    assert torch.equal(exact.argmax(-1), rounded.argmax(-1))


def test_a_context_of_4096_tokens_equals_torch(tmp_path: Path, library: CpuLibrary) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=5, fp8=False, mtp=False)
    model = load_model(tmp_path)
    ours, theirs = new_cache(model, 256), new_cache(model, 256)
    blocks = random_blocks(256)
    tokens = random_tokens(4096, 250)
    batch = Batch()
    batch.add(tokens[:4090], 0, blocks)
    reference_forward(model, theirs, batch)
    for mine, other in zip(ours.plain_layers(), theirs.plain_layers(), strict=True):
        for own_layer, other_layer in zip(mine, other, strict=True):
            own_layer.copy_(other_layer)
    step = new_step(library, model, ours)
    batch = Batch()
    batch.add(tokens[4090:], 4090, blocks)
    _, expected = reference_forward(model, theirs, batch)
    torch.testing.assert_close(run(step, batch), expected, atol=5e-5, rtol=1e-4)
    step.close()


@pytest.mark.parametrize("start", [1019, 1000, 2041])
def test_neighbors_on_both_sides_of_a_parts_border_equal_torch(
    tmp_path: Path, library: CpuLibrary, start: int
) -> None:
    """Contexts are cut into parts of 1,024 tokens; rows that share a pass have unlike many."""
    write_tiny_checkpoint(tmp_path, "air", seed=5, fp8=False, mtp=False)
    model = load_model(tmp_path)
    ours, theirs = new_cache(model, 160), new_cache(model, 160)
    blocks, tokens = random_blocks(160), random_tokens(start + 60, 250)
    step = new_step(library, model, ours, threads=1)
    for begin, end in ((0, start), (start, start + 60)):
        batch = Batch()
        batch.add(tokens[begin:end], begin, blocks)
        batch.sample_rows = [end - begin - 1]
        _, expected = reference_forward(model, theirs, batch)
        torch.testing.assert_close(run(step, batch), expected[-1:], atol=5e-5, rtol=1e-4)
    step.close()


@pytest.mark.parametrize(
    ("token", "start", "blocks", "sentence"),
    [
        (256, 0, [0], "token id"),
        (1, 16, [0], "block"),
        (1, 0, [9], "block"),
        (1, 5000, [0], "beyond"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    tmp_path: Path,
    library: CpuLibrary,
    token: int,
    start: int,
    blocks: list[int],
    sentence: str,
) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=6, fp8=False, mtp=False)
    model = load_model(tmp_path)
    step = new_step(library, model, new_cache(model, 4))
    batch = Batch()
    batch.add([token], start, blocks)
    with pytest.raises(ValueError, match=sentence):
        step.begin(batch)
    batch = Batch()
    batch.add([1], 0, [0])
    assert torch.isfinite(run(step, batch)).all()
    step.close()

"""All kernels together: a tiny model computes the same logits with them as with the twins."""

from pathlib import Path

import pytest
import torch

from engine import kernels
from engine.kernels import triton as fast
from engine.kernels.triton import decode_attention
from engine.kernels.triton.tuned import TileSizes, table
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint
from tests.engine.model.stepper import Stepper, random_prompt

REPLACED = (
    "linear",
    "mixture_of_experts",
    "paged_attention",
    "rms_norm",
    "route_tokens",
    "silu_and_mul",
)


LARGE_TILES = TileSizes(block_rows=64, block_columns=128, num_warps=4, num_stages=2)


@pytest.mark.parametrize("shape", ["air", "full"])
def test_prompts_drafts_and_single_tokens_give_the_logits_of_the_twins(
    shape: Shape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tiny_checkpoint(tmp_path, shape, seed=21, fp8=True, mtp=False)
    model = load_model(tmp_path)
    # The interpreter's time is the number of tiles and of splits.
    monkeypatch.setattr(decode_attention, "choose_splits", lambda programs: 2)
    monkeypatch.setattr(table, "_sizes", lambda *shape: LARGE_TILES)
    steps: list[dict[int, list[int]]] = [
        {0: random_prompt(7, seed=1), 1: random_prompt(3, seed=2)},
        {1: [5, 6, 7], 0: [9]},
    ]
    plain, accelerated = Stepper(model, 2), Stepper(model, 2)
    expected = [plain.step(step) for step in steps]
    for name in REPLACED:
        monkeypatch.setattr(kernels, name, getattr(fast, name))
    for step, logits in zip(steps, expected, strict=True):
        for sequence, rows in accelerated.step(step).items():
            torch.testing.assert_close(rows, logits[sequence], atol=5e-4, rtol=0)

"""What the dispatch calls on a GPU: the twins' signatures, and their results for whole models."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import torch

from engine import kernels
from engine.kernels import dispatch, on_gpu, operations
from engine.kernels.reference.draw_rows import draw_rows as plain_draw_rows
from engine.kernels.reference.paged_decode_attention import (
    paged_decode_attention as plain_paged_decode_attention,
)
from engine.kernels.triton import decode_attention
from engine.kernels.triton.tuned import TileSizes, table
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from tests.engine.kernels.triton.conftest import DEVICE
from tests.engine.kernels.triton.tensors import random
from tests.engine.runner.decoding import Decoding, DirectRecorder

DISPATCHED = sorted(name for name in vars(operations) if f"plain_{name}" in vars(operations))
LARGE_TILES = TileSizes(block_rows=64, block_columns=128, num_warps=4, num_stages=2)
SETTINGS = {"temperature": 0.7, "top_p": 0.9, "min_p": 0.01}


@pytest.fixture(autouse=True)
def few_splits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode_attention, "choose_splits", lambda programs: 2)


@pytest.mark.parametrize("name", DISPATCHED)
def test_every_operation_has_the_signature_of_its_twin(name: str) -> None:
    twin, kernel = getattr(operations, f"plain_{name}"), getattr(on_gpu, name)
    expected = inspect.signature(twin).parameters
    assert list(inspect.signature(kernel).parameters) == list(expected)


def test_the_dispatch_covers_what_it_is_meant_to() -> None:
    assert {"linear", "mixture_of_experts", "paged_decode_attention", "draw_rows"} < set(DISPATCHED)


@pytest.mark.parametrize("in_eight_bits", [False, True])
def test_decode_attention_equals_its_twin(in_eight_bits: bool) -> None:
    shape = (20, 16, 2, 32)
    caches: list[Any] = [random(*shape, seed=seed) for seed in (1, 2)]
    if in_eight_bits:
        scales = [0.1 + random(*shape[:3], seed=seed).abs() for seed in (3, 4)]
        caches = [
            kernels.Fp8Cache(cache.to(torch.float8_e4m3fn), scale)
            for cache, scale in zip(caches, scales, strict=True)
        ]
    where: dict[str, Any] = {
        "rows_per_sequence": 3,
        "context_lengths": torch.tensor([50, 0, 2], dtype=torch.int32, device=DEVICE),
        "context_starts": torch.tensor([7, 0, 0], dtype=torch.int32, device=DEVICE),
        "block_tables": torch.arange(12, dtype=torch.int32, device=DEVICE).view(3, 4),
        "scale": 0.2,
    }
    query = random(9, 6, 32)
    torch.testing.assert_close(
        on_gpu.paged_decode_attention(query, *caches, **where),
        plain_paged_decode_attention(query, *caches, **where),
        atol=1e-4,
        rtol=1e-4,
    )


def test_drawing_on_the_device_equals_its_twin() -> None:
    rows = torch.arange(12, device=DEVICE)
    settings = kernels.DrawTensors(
        **{
            name: torch.full_like(rows, value, dtype=torch.float64)
            for name, value in SETTINGS.items()
        },
        top_k=rows * 10,
        seed=rows * 10**15,
        position=rows + 3,
    )
    logits = 2 * random(12, 320)
    drawn = on_gpu.draw_rows(logits, settings, 300)
    assert drawn.tolist() == plain_draw_rows(logits, settings, 300).tolist()


def test_a_recorded_step_of_kernels_gives_what_the_plain_operations_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=4, fp8=False, mtp=True)
    model = load_model(tmp_path, with_mtp=True)
    plain = Decoding(model, batch=1, recorder=None)
    recorded = Decoding(model, batch=1, recorder=DirectRecorder(), max_drafts=1)
    assert plain.step(1) == recorded.step(1)
    expected = plain.step(1)
    # The interpreter's time is the number of tiles.
    monkeypatch.setattr(table, "_sizes", lambda *shape: LARGE_TILES)
    monkeypatch.setattr(dispatch, "_lies_on_gpu", lambda first: True)
    assert recorded.step(1) == expected

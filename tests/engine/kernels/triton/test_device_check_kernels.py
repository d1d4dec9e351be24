"""The device check's comparisons of kernels, with the kernels in Triton's interpreter."""

import json

import pytest
import torch

from engine.bench.device_check.checks import run_checks
from engine.bench.device_check.kernel_parity import list_kernel_checks
from engine.bench.device_check.random_inputs import Geometry
from engine.kernels import dispatch
from engine.kernels.triton import decode_attention
from engine.kernels.triton.tuned import TileSizes, table

LARGE_TILES = TileSizes(block_rows=64, block_columns=128, num_warps=4, num_stages=2)
TINY = Geometry(
    hidden=32,
    heads=4,
    kv_heads=2,
    head_dim=16,
    width=16,
    experts=4,
    top_k=2,
    vocab=300,
    rows=(1, 9, 65),
)


def test_every_kernel_passes_its_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    # The interpreter's time is the number of tiles.
    monkeypatch.setattr(table, "_sizes", lambda *shape: LARGE_TILES)
    monkeypatch.setattr(decode_attention, "choose_splits", lambda programs: 2)
    monkeypatch.setattr(dispatch, "_lies_on_gpu", lambda first: True)
    lines: list[str] = []
    run_checks(list_kernel_checks(torch.device("cpu"), TINY), lines.append)
    assert [line for line in lines if not json.loads(line)["passed"]] == []

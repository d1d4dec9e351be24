"""Random inputs on the device under test, the same in every run."""

import torch

from engine.kernels.weight import LinearWeight
from tests.engine.kernels.triton.conftest import DEVICE


def random(*shape: int, seed: int = 1, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    values = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return values.to(dtype).to(DEVICE)


def float8_weight(*shape: int, seed: int = 2) -> LinearWeight:
    """Random e4m3 values with scales of very different size."""
    data = (40 * random(*shape, seed=seed)).to(torch.float8_e4m3fn)
    scale = 1e-3 * (0.1 + random(*shape[:-1], seed=seed + 1).abs())
    return LinearWeight(data, scale)


def plain_weight(*shape: int, dtype: torch.dtype, seed: int = 2) -> LinearWeight:
    return LinearWeight((0.05 * random(*shape, seed=seed)).to(dtype))


def weight_like(kind: str, *shape: int, seed: int = 2) -> LinearWeight:
    if kind == "fp8":
        return float8_weight(*shape, seed=seed)
    dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[kind]
    return plain_weight(*shape, dtype=dtype, seed=seed)

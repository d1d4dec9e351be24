"""The launches of a decode step at GLM-4.5-Air's shapes, for measuring and tuning.

Every case has several copies of its weights, together far larger than the L2 cache, and its runs go
through the copies in turn: as in a real step, weights come from memory.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from engine.kernels.triton.linear import linear
from engine.kernels.triton.moe import MAX_UNSORTED_TOKENS, mixture_of_experts
from engine.kernels.triton.router import route_tokens
from engine.kernels.weight import LinearWeight

HIDDEN, WIDTH, EXPERTS, TOP_K = 4096, 1408, 128, 8
LINEAR_SHAPES = {
    "qkv": (14336, HIDDEN, torch.float8_e4m3fn),
    "attention_output": (HIDDEN, 12288, torch.float8_e4m3fn),
    "dense_gate_up": (21888, HIDDEN, torch.float8_e4m3fn),
    "dense_down": (HIDDEN, 10944, torch.float8_e4m3fn),
    "draft_projection": (HIDDEN, 2 * HIDDEN, torch.bfloat16),
    "head": (151552, HIDDEN, torch.bfloat16),
}
# Several times the L2 cache of an H200.
_COLD_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class WeightShape:
    """Which table entry a launch asks for."""

    operation: str
    rows: int
    columns: int
    dtype: torch.dtype


@dataclass(frozen=True, slots=True)
class KernelCase:
    """An operation on `num_tokens` rows; each of `runs` reads `num_bytes` of weights of its own."""

    name: str
    num_tokens: int
    num_bytes: int
    shapes: tuple[WeightShape, ...]
    runs: tuple[Callable[[], object], ...]


def random_weight(shape: tuple[int, ...], dtype: torch.dtype, device: str) -> LinearWeight:
    """Finite values of `dtype`; e4m3 with a scale per row."""
    if dtype != torch.float8_e4m3fn:
        return LinearWeight(torch.empty(shape, dtype=dtype, device=device).normal_(std=0.02))
    bits = torch.randint(0, 120, shape, dtype=torch.uint8, device=device)
    scale = torch.full(shape[:-1], 2e-4, dtype=torch.float32, device=device)
    return LinearWeight(bits.view(dtype), scale)


def linear_case(name: str, num_tokens: int, device: str) -> KernelCase:
    """One of `LINEAR_SHAPES`."""
    rows, columns, dtype = LINEAR_SHAPES[name]
    hidden = torch.randn(num_tokens, columns, device=device).bfloat16()
    copies = 1 + _COLD_BYTES // (rows * columns * dtype.itemsize)
    weights = [random_weight((rows, columns), dtype, device) for _ in range(copies)]
    return KernelCase(
        name=name,
        num_tokens=num_tokens,
        num_bytes=weights[0].num_bytes,
        shapes=(WeightShape("linear", rows, columns, dtype),),
        runs=tuple(partial(linear, hidden, weight) for weight in weights),
    )


def router_case(num_tokens: int, device: str) -> KernelCase:
    """Logits and choice; the fp32 weight of 2 MiB stays in the L2 cache in a real step too."""
    hidden = torch.randn(num_tokens, HIDDEN, device=device).bfloat16()
    gate = torch.randn(EXPERTS, HIDDEN, device=device)
    bias = torch.zeros(EXPERTS, device=device)

    def run() -> tuple[Tensor, Tensor]:
        return route_tokens(hidden, gate, bias, top_k=TOP_K, normalize=True, scaling_factor=1.0)

    shape = WeightShape("router", EXPERTS, HIDDEN, torch.float32)
    return KernelCase("router", num_tokens, gate.numel() * 4, (shape,), (run,))


def experts_case(num_tokens: int, device: str, num_experts: int = EXPERTS) -> KernelCase:
    """The 8 chosen experts of each token, uniformly at random, and the shared one."""
    dtype = torch.float8_e4m3fn
    gate_up = random_weight((num_experts, 2 * WIDTH, HIDDEN), dtype, device)
    down = random_weight((num_experts, HIDDEN, WIDTH), dtype, device)
    shared_gate_up = random_weight((2 * WIDTH, HIDDEN), dtype, device)
    shared_down = random_weight((HIDDEN, WIDTH), dtype, device)
    hidden = torch.randn(num_tokens, HIDDEN, device=device).bfloat16()
    weights = torch.full((num_tokens, TOP_K), 1 / TOP_K, device=device)
    draws = [_choices(num_tokens, num_experts, seed).to(device) for seed in range(4)]
    read = sum(len(draw.unique()) for draw in draws) / len(draws)
    per_expert = (gate_up.num_bytes + down.num_bytes) / num_experts
    shared_bytes = shared_gate_up.num_bytes + shared_down.num_bytes
    prefix = "expert" if num_tokens <= MAX_UNSORTED_TOKENS else "grouped"
    return KernelCase(
        name="experts",
        num_tokens=num_tokens,
        num_bytes=math.ceil(read * per_expert) + shared_bytes,
        shapes=(
            WeightShape(f"{prefix}_gate_up", 2 * WIDTH, HIDDEN, dtype),
            WeightShape(f"{prefix}_down", HIDDEN, WIDTH, dtype),
        ),
        runs=tuple(
            partial(
                mixture_of_experts,
                hidden,
                weights,
                draw,
                gate_up,
                down,
                shared_gate_up,
                shared_down,
            )
            for draw in draws
        ),
    )


def _choices(num_tokens: int, num_experts: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.stack(
        [torch.randperm(num_experts, generator=generator)[:TOP_K] for _ in range(num_tokens)]
    )

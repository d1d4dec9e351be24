"""What a decode step has to read, and how fast this machine reads: the speed that cannot be passed.

Formula: research on this model family counts bytes per token as weights of all layers that a token
meets, plus the KV cache; with several rows, every expert that at least one row chose is read once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.checkpoint.config import ModelConfig

DRAM_BYTES = {"cpu": 128 * 2**20, "cuda": 4 * 2**30}
# What is timed at once: on the CPU too short to lose the core in it, on a GPU longer than a launch.
BURST_BYTES = {"cpu": 2**23, "cuda": 2**31}
FEWEST_BURSTS, MOST_BURSTS, ALL_BURSTS_BYTES = 5, 64, 2**30


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Measured bytes per second of reading only: a set of the active weights' size, and memory."""

    active_set: float
    memory: float


def weights_per_step(config: ModelConfig, rows: int) -> float:
    """Weights that one step of `rows` sequences reads, if experts are chosen uniformly."""
    hidden = config.hidden_size
    heads = 2 * config.num_attention_heads + 2 * config.num_key_value_heads
    attention = config.num_hidden_layers * hidden * config.head_dim * heads
    dense = config.first_k_dense_replace * 3 * hidden * config.intermediate_size
    one_expert = 3 * hidden * config.moe_intermediate_size
    experts = experts_hit(config, rows) + config.n_shared_experts
    sparse_layers = config.num_hidden_layers - config.first_k_dense_replace
    sparse = sparse_layers * (one_expert * experts + hidden * config.n_routed_experts)
    return attention + dense + sparse + hidden * config.vocab_size


def experts_hit(config: ModelConfig, rows: int) -> float:
    """How many different experts of a layer `rows` tokens choose, on the average."""
    missed_by_one = 1 - config.num_experts_per_tok / config.n_routed_experts
    return config.n_routed_experts * (1 - missed_by_one**rows)


def kv_bytes_per_step(config: ModelConfig, rows: int, context_tokens: int, itemsize: int) -> int:
    """Bytes of keys and values that one step of `rows` sequences reads."""
    per_token = 2 * config.num_hidden_layers * config.num_key_value_heads * config.head_dim
    return rows * context_tokens * per_token * itemsize


def measure_bandwidth(device: torch.device, active_bytes: int) -> Bandwidth:
    """Read both buffers several times; the fastest counts."""
    dram_bytes = DRAM_BYTES["cuda" if device.type == "cuda" else "cpu"]
    return Bandwidth(
        active_set=measure_read_speed(device, active_bytes),
        memory=measure_read_speed(device, dram_bytes),
    )


def measure_read_speed(device: torch.device, num_bytes: int) -> float:
    """Bytes per second; of several read-only reductions the fastest, since none is always it."""
    buffer = torch.ones(max(1024, num_bytes // 4), dtype=torch.float32, device=device)
    sweeps = max(1, BURST_BYTES["cuda" if device.type == "cuda" else "cpu"] // num_bytes)
    bursts = min(MOST_BURSTS, max(FEWEST_BURSTS, ALL_BURSTS_BYTES // (sweeps * num_bytes)))
    reductions: tuple[Callable[[Tensor], Tensor], ...] = (torch.sum, _self_product)
    # One that warms up.
    reductions[0](buffer)
    seconds = min(_time(reduce, buffer, sweeps) for reduce in reductions for _ in range(bursts))
    return buffer.numel() * 4 * sweeps / seconds


def _self_product(buffer: Tensor) -> Tensor:
    return torch.dot(buffer, buffer)


def _time(reduce: Callable[[Tensor], Tensor], buffer: Tensor, sweeps: int) -> float:
    _synchronize(buffer.device)
    began = time.perf_counter()
    for _ in range(sweeps):
        reduce(buffer)
    _synchronize(buffer.device)
    return time.perf_counter() - began


def _synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)

"""Whether a model fits, said with the numbers before any weight is read.

Owns the sum; what is free is measured in `memory.py`.
"""

from dataclasses import dataclass

import torch

from engine.checkpoint.config import ModelConfig
from engine.errors import EngineUnavailable
from engine.protocol import ErrorCode

# Staging memory of the readers and what one piece becomes in another format.
HOST_STAGING_BYTES = 256 * 2**20
# Context, kernels and captured graphs of a CUDA process (measured on no machine of ours: the
# usual figures are 0.5 to 1.5 GiB).
CUDA_CONTEXT_BYTES = 3 * 2**29
_GIBIBYTE = 2**30
_MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlan:
    """What a model needs and what is there, in bytes.

    On the CPU the device's memory is the host's. `least_kv_bytes` holds one conversation of the
    least length that is worth serving; what is free beyond becomes more of it.
    """

    device: str
    weight_bytes: int
    mtp_bytes: int
    least_kv_bytes: int
    workspace_bytes: int
    free_bytes: int
    free_host_bytes: int

    @property
    def needed_bytes(self) -> int:
        """Everything together, on the device."""
        return self.weight_bytes + self.mtp_bytes + self.least_kv_bytes + self.workspace_bytes

    def sentence(self) -> str:
        """The plan for the log."""
        return (
            f"Memory on {self.device}: {self._parts()}, together {_amount(self.needed_bytes)} of "
            f"{_amount(self.free_bytes)} that are free."
        )

    def require_fit(self) -> None:
        """Raise `EngineUnavailable` (out_of_memory), with the numbers, if it does not fit."""
        if self.needed_bytes > self.free_bytes:
            raise EngineUnavailable(
                ErrorCode.OUT_OF_MEMORY,
                f"The model needs {_amount(self.needed_bytes)} on {self.device} ({self._parts()}) "
                f"and {_amount(self.free_bytes)} are free; free memory or serve a smaller model.",
            )
        if self.free_host_bytes < HOST_STAGING_BYTES:
            raise EngineUnavailable(
                ErrorCode.OUT_OF_MEMORY,
                f"Loading needs {_amount(HOST_STAGING_BYTES)} of host memory and "
                f"{_amount(self.free_host_bytes)} are free; free memory.",
            )

    def _parts(self) -> str:
        draft = f"{_amount(self.mtp_bytes)} of draft layer, " if self.mtp_bytes else ""
        return (
            f"{_amount(self.weight_bytes)} of weights, {draft}at least "
            f"{_amount(self.least_kv_bytes)} of keys and values, "
            f"{_amount(self.workspace_bytes)} to compute in"
        )


def plan_workspace_bytes(
    config: ModelConfig,
    *,
    device: torch.device,
    dtype: torch.dtype,
    prefill_tokens: int,
    sampled_rows: int,
) -> int:
    """What one step takes beside weights and cache: the widest activations of a prefill chunk,
    and logits that are sampled in float64 with a sorted copy."""
    heads = config.num_attention_heads + 2 * config.num_key_value_heads
    expert_width = config.moe_intermediate_size * config.num_experts_per_tok
    widest = max(heads * config.head_dim, 2 * config.intermediate_size, 2 * expert_width)
    activations = prefill_tokens * (4 * config.hidden_size + 2 * widest) * dtype.itemsize
    logits = sampled_rows * config.vocab_size * (4 + 3 * 8)
    return activations + logits + (CUDA_CONTEXT_BYTES if device.type == "cuda" else 0)


def _amount(num_bytes: int) -> str:
    if num_bytes >= 10 * _GIBIBYTE:
        return f"{num_bytes / _GIBIBYTE:.1f} GiB"
    if num_bytes >= _GIBIBYTE:
        return f"{num_bytes / _GIBIBYTE:.2f} GiB"
    return f"{-(-num_bytes // _MEBIBYTE)} MiB"

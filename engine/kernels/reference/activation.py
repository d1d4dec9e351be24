"""SwiGLU's activation on a fused gate and up projection."""

from torch import Tensor
from torch.nn import functional


def silu_and_mul(gate_up: Tensor) -> Tensor:
    """silu(gate) * up for rows that hold gate and up side by side.

    gate_up: [..., 2 * width]; returns [..., width].
    """
    gate, up = gate_up.chunk(2, dim=-1)
    return functional.silu(gate) * up

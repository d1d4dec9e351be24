"""A CUDA graph without CUDA: records operations on tensors once and repeats just those.

No Python of the recorded function runs again, so what depended on a value of that first run shows
as a wrong result, and asking for a tensor's value is an error.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from engine.runner.recorder import Action

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], Any]
# The last three give tensors whose size depends on values.
_ASK_THE_HOST = {"_local_scalar_dense", "_unique2", "nonzero", "masked_select"}


class _Tape(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), options: Any = None
    ) -> Any:
        name = operation.name().removeprefix("aten::").partition(".")[0]
        assert name not in _ASK_THE_HOST, f"{name} cannot be recorded"
        result = operation(*arguments, **(options or {}))
        self.calls.append((operation, arguments, options or {}, result))
        return result


class TapeRecorder:
    """Replays write into the very tensors of the recording, views included."""

    def record(self, function: Action) -> Action:
        with _Tape() as tape:
            function()

        def replay() -> None:
            for operation, arguments, options, recorded in tape.calls:
                _overwrite(recorded, operation(*arguments, **options))

        return replay

    def mark(self) -> Action:
        return lambda: None


def _overwrite(recorded: Any, again: Any) -> None:
    for old, new in zip(tree_leaves(recorded), tree_leaves(again), strict=True):
        is_same = not isinstance(old, Tensor) or old.data_ptr() == new.data_ptr()
        if not is_same:
            old.copy_(new)


def dense_mixture_of_experts(
    hidden: Tensor,
    weights: Tensor,
    expert_ids: Tensor,
    gate_up: Any,
    down: Any,
    shared_gate_up: Any,
    shared_down: Any,
    residual: Tensor | None = None,
) -> Tensor:
    """Every expert over every token: the plain operation, without asking who chose whom."""
    shares = torch.zeros(hidden.shape[0], gate_up.data.shape[0])
    shares = shares.scatter(1, expert_ids, weights)
    total = _swiglu(hidden, shared_gate_up.data, shared_down.data)
    for expert in range(gate_up.data.shape[0]):
        output = _swiglu(hidden, gate_up.data[expert], down.data[expert])
        total = total + output * shares[:, expert : expert + 1]
    return total if residual is None else total + residual


def _swiglu(hidden: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    gate, up = (hidden @ gate_up.T).chunk(2, dim=-1)
    return (torch.nn.functional.silu(gate) * up) @ down.T

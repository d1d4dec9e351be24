"""The choice of an implementation: by the device of the first tensor, imported when needed."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from engine.kernels import dispatch


class TensorOnGpu(torch.Tensor):
    """A tensor that says it lies on a GPU."""

    @property
    def is_cuda(self) -> bool:  # type: ignore[override]
        return True


def double(values: torch.Tensor, *, plus: float = 0.0) -> torch.Tensor:
    return values * 2 + plus


def test_tensors_on_the_cpu_go_to_the_plain_twin() -> None:
    operation = dispatch.dispatched(double)
    assert operation(torch.tensor([3.0]), plus=1.0).tolist() == [7.0]


def test_tensors_on_a_gpu_go_to_the_kernel_of_the_same_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernels = SimpleNamespace(double=lambda values, *, plus: ("kernel", values, plus))
    monkeypatch.setattr(dispatch, "_triton_kernels", lambda: kernels)
    values = torch.tensor([3.0]).as_subclass(TensorOnGpu)
    operation = dispatch.dispatched(double)
    result: object = operation(values, plus=1.0)
    assert result == ("kernel", values, 1.0)


def test_a_machine_without_gpu_never_imports_triton() -> None:
    script = (
        "import sys, torch; from engine import kernels;"
        "kernels.silu_and_mul(torch.ones(1, 2));"
        "sys.exit('engine.kernels.triton' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

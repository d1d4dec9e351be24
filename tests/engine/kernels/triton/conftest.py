"""Runs the kernels in Triton's interpreter where there is no GPU, with the casts of a GPU.

The interpreter truncates where hardware rounds to nearest, computes with the bits of bf16 values
as if they were integers, and cannot multiply bf16 matrices. Here its casts and its matrix product
are torch's, and arithmetic on bf16 values, which it would get wrong silently, is an error. It also
prepares the whole language anew for each call of a device function; here it does so once.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
import triton
import triton.language as tl

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_NARROW = {tl.bfloat16: torch.bfloat16, tl.float8e4nv: torch.float8_e4m3fn}
_FLOAT8_MAX = 448.0


def _to_torch(data: np.ndarray[Any, Any], dtype: tl.dtype) -> torch.Tensor:
    values = torch.from_numpy(np.array(data, order="C"))
    return values.view(_NARROW[dtype]) if dtype in _NARROW else values


def _to_numpy(values: torch.Tensor, dtype: tl.dtype) -> np.ndarray[Any, Any]:
    if dtype not in _NARROW:
        return values.numpy()
    bits = torch.uint16 if dtype == tl.bfloat16 else torch.uint8
    return values.view(bits).numpy()


def _cast_exactly(interpreter: Any) -> Any:
    def cast(self: Any, source: Any, target: Any, *rounding: Any) -> Any:
        before, after = source.dtype.scalar, target.scalar
        if before not in _NARROW and after not in _NARROW:
            return self.cast_plainly(source, target)
        wide = _to_torch(source.data, before).float()
        if after == tl.float8e4nv:
            wide = wide.clamp(-_FLOAT8_MAX, _FLOAT8_MAX)
        kinds = {tl.float32: torch.float32, tl.float16: torch.float16, tl.float64: torch.float64}
        narrowed = wide.to(_NARROW.get(after) or kinds[after])
        return interpreter.TensorHandle(_to_numpy(narrowed, after), after)

    return cast


def _multiply_exactly(interpreter: Any) -> Any:
    def dot(self: Any, left: Any, right: Any, sums: Any, *options: Any) -> Any:
        wide = [_to_torch(side.data, side.dtype.scalar).float() for side in (left, right)]
        product = (wide[0] @ wide[1]).numpy()
        return interpreter.TensorHandle(product + sums.data, sums.dtype.scalar)

    return dot


def _refuse_bfloat16(binary_op: Any) -> Any:
    def checked(self: Any, left: Any, right: Any, operation: Any) -> Any:
        if tl.bfloat16 in (left.dtype.scalar, right.dtype.scalar):
            raise TypeError("a kernel computes with bf16 values: widen them to fp32 first")
        return binary_op(self, left, right, operation)

    return checked


def _launch_silently(launch: Any) -> Any:
    """A GPU rounds to infinity without a word, where numpy warns."""

    def launch_silently(self: Any, *values: Any, **named: Any) -> None:
        with np.errstate(all="ignore"):
            launch(self, *values, **named)

    return launch_silently


def _call_prepared(self: Any, *values: Any, **named: Any) -> Any:
    return self.rewrite()(*values, **named)


@pytest.fixture(scope="session", autouse=True)
def interpreter_like_a_gpu() -> Iterator[None]:
    if DEVICE == "cuda":
        yield
        return
    assert triton.knobs.runtime.interpret, "TRITON_INTERPRET was not set before triton's import"
    from triton.runtime import interpreter

    builder = interpreter.InterpreterBuilder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "cast_plainly", builder.cast_impl, raising=False)
        patch.setattr(builder, "cast_impl", _cast_exactly(interpreter))
        patch.setattr(builder, "create_fp_to_fp", _cast_exactly(interpreter))
        patch.setattr(builder, "create_dot", _multiply_exactly(interpreter))
        patch.setattr(builder, "binary_op", _refuse_bfloat16(builder.binary_op))
        executor = interpreter.GridExecutor
        patch.setattr(executor, "__call__", _launch_silently(executor.__call__))
        patch.setattr(interpreter.InterpretedFunction, "__call__", _call_prepared)
        # Its check of every integer operation for overflow takes half of the time, and hashing
        # overflows on purpose.
        unchecked = interpreter.InterpreterOptions(sanitize_overflow=False)
        patch.setattr(interpreter.interpreter_builder, "options", unchecked)
        prepared = interpreter._patch_lang(tl.sum.fn)
        yield
        prepared.restore()

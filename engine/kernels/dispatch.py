"""Chooses an operation's implementation by where its first tensor lies.

The Triton kernels are imported when the first tensor on a GPU comes by, never on a machine without
one: the package is not there, and importing it takes seconds.
"""

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from torch import Tensor

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def dispatched(twin: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """`twin` on the CPU, the operation of the same name in `on_gpu` on a GPU.

    The first argument must be a tensor and be given by position; it decides.
    """
    name = twin.__name__

    @functools.wraps(twin)
    def operation(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        if not _lies_on_gpu(arguments[0]):
            return twin(*arguments, **options)
        kernel: Callable[..., Any] = getattr(_triton_kernels(), name)
        result: Result = kernel(*arguments, **options)
        return result

    return operation


def _lies_on_gpu(first: object) -> bool:
    assert isinstance(first, Tensor)
    return first.is_cuda


@functools.cache
def _triton_kernels() -> ModuleType:
    return importlib.import_module("engine.kernels.on_gpu")

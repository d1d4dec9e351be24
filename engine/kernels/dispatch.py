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
    """`twin` on the CPU, the Triton kernel of the same name on a GPU.

    The first argument must be a tensor and be given by position; it decides.
    """
    name = twin.__name__

    @functools.wraps(twin)
    def operation(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        first = arguments[0]
        assert isinstance(first, Tensor)
        if not first.is_cuda:
            return twin(*arguments, **options)
        kernel: Callable[..., Any] = getattr(_triton_kernels(), name)
        result: Result = kernel(*arguments, **options)
        return result

    return operation


@functools.cache
def _triton_kernels() -> ModuleType:
    return importlib.import_module("engine.kernels.triton")

"""Which device and number format a model runs in, from the words that an operator writes."""

import torch

from engine.errors import EngineUnavailable
from engine.protocol import ErrorCode

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def resolve_device(name: str) -> torch.device:
    """`auto` is CUDA where there is one, else the CPU; other words are torch's.

    Raises `EngineUnavailable` when the device is not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise EngineUnavailable(
            ErrorCode.INVALID_REQUEST, f"There is no device {name!r}; use auto, cpu or cuda."
        ) from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise EngineUnavailable(
            ErrorCode.INVALID_REQUEST, "This machine has no CUDA device; use cpu or auto."
        )
    return device


def resolve_dtype(name: str, device: torch.device) -> torch.dtype:
    """`auto` is float32 on the CPU and bfloat16 elsewhere. Raises `EngineUnavailable`."""
    if name == "auto":
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    if name not in _DTYPES:
        raise EngineUnavailable(
            ErrorCode.INVALID_REQUEST,
            f"There is no number format {name!r}; use auto, {', '.join(_DTYPES)}.",
        )
    return _DTYPES[name]

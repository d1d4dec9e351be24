"""What a request may ask of the sampler; everything else is refused with the field's name."""

import math
import secrets
from dataclasses import replace
from typing import Any

from engine.errors import RequestRejected
from engine.protocol import ErrorCode, SamplingParams

MAX_TEMPERATURE = 100.0
MAX_STOP_STRINGS = 16
MAX_STOP_CHARACTERS = 256


def validate_sampling(sampling: SamplingParams) -> None:
    """Raise `RequestRejected` (invalid_request), naming the field, if a value makes no sense."""
    _require_number("temperature", sampling.temperature, 0.0, MAX_TEMPERATURE)
    _require_number("top_p", sampling.top_p, 0.0, 1.0, low_is_open=True)
    _require_number("min_p", sampling.min_p, 0.0, 1.0)
    _require_integer("top_k", sampling.top_k, 0, 2**31 - 1)
    if sampling.seed is not None:
        _require_integer("seed", sampling.seed, -(2**63), 2**63 - 1)
    if sampling.max_tokens is not None:
        _require_integer("max_tokens", sampling.max_tokens, 1, 2**31 - 1)
    _require_stop_strings(sampling.stop)


def resolve_seed(sampling: SamplingParams) -> SamplingParams:
    """The same parameters with a seed: the given one, or a fresh one."""
    if sampling.seed is not None:
        return sampling
    return replace(sampling, seed=secrets.randbits(63))


def _reject(sentence: str) -> RequestRejected:
    return RequestRejected(ErrorCode.INVALID_REQUEST, sentence)


def _require_number(
    name: str, value: Any, low: float, high: float, *, low_is_open: bool = False
) -> None:
    wanted = f"above {low:g} and at most {high:g}" if low_is_open else f"from {low:g} to {high:g}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_inside = is_number and math.isfinite(value) and low <= value <= high
    if not is_inside or (low_is_open and value == low):
        raise _reject(f"{name} must be a number {wanted}, not {value!r:.40}.")


def _require_integer(name: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _reject(f"{name} must be a whole number from {low} to {high}, not {value!r:.40}.")


def _require_stop_strings(stop: Any) -> None:
    if not isinstance(stop, tuple | list):
        raise _reject("stop must be a list of strings.")
    if len(stop) > MAX_STOP_STRINGS:
        raise _reject(f"stop may hold at most {MAX_STOP_STRINGS} strings, not {len(stop)}.")
    for text in stop:
        if not isinstance(text, str) or not 1 <= len(text) <= MAX_STOP_CHARACTERS:
            raise _reject(f"Each stop string must have 1 to {MAX_STOP_CHARACTERS} characters.")

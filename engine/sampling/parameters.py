"""What a request may ask of the sampler; everything else is refused with the field's name."""

import math
import secrets
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import RequestRejected
from engine.protocol import ErrorCode, SamplingParams

DEFAULT_TEMPERATURE = 0.6
DEFAULT_TOP_P = 0.95
MAX_TEMPERATURE = 100.0
MAX_STOP_STRINGS = 16
MAX_STOP_CHARACTERS = 256


def validate_sampling(sampling: SamplingParams) -> None:
    """Raise `RequestRejected` (invalid_request), naming the field, if a value makes no sense."""
    if sampling.temperature is not None:
        _require_number("temperature", sampling.temperature, 0.0, MAX_TEMPERATURE)
    if sampling.top_p is not None:
        _require_number("top_p", sampling.top_p, 0.0, 1.0, low_is_open=True)
    _require_number("min_p", sampling.min_p, 0.0, 1.0)
    _require_integer("top_k", sampling.top_k, 0, 2**31 - 1)
    if sampling.seed is not None:
        _require_integer("seed", sampling.seed, -(2**63), 2**63 - 1)
    if sampling.max_tokens is not None:
        _require_integer("max_tokens", sampling.max_tokens, 1, 2**31 - 1)
    _require_stop_strings(sampling.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingAdvice:
    """What a checkpoint advises; None where it is silent."""

    temperature: float | None = None
    top_p: float | None = None


def resolve_sampling(sampling: SamplingParams, advice: SamplingAdvice) -> SamplingParams:
    """Nothing left open: what was asked, else what the checkpoint advises, else Z.ai's defaults.

    Without a seed a fresh one is drawn.
    """
    return replace(
        sampling,
        temperature=_first(sampling.temperature, advice.temperature, DEFAULT_TEMPERATURE),
        top_p=_first(sampling.top_p, advice.top_p, DEFAULT_TOP_P),
        seed=secrets.randbits(63) if sampling.seed is None else sampling.seed,
    )


def _first(asked: float | None, advised: float | None, default: float) -> float:
    return next(value for value in (asked, advised, default) if value is not None)


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

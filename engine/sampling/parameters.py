"""What a request may ask of the sampler; everything else is refused with the field's name."""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import RequestRejected
from engine.protocol import ErrorCode, SamplingParams

DEFAULT_TEMPERATURE = 0.6
DEFAULT_TOP_P = 0.95
MAX_TEMPERATURE = 100.0
MAX_STOP_STRINGS = 16
MAX_STOP_CHARACTERS = 256
MAX_REPETITION_PENALTY = 2.0
MAX_TOKEN_PENALTY = 2.0
MAX_LOGIT_BIAS = 100.0
MAX_BIASED_TOKENS = 1024
MAX_LOGPROBS = 20
MAX_CHOICES = 8
_TOKEN_ID_DIGITS = 10


def validate_sampling(sampling: SamplingParams, *, vocab_size: int) -> None:
    """Raise `RequestRejected` (invalid_request), naming the field, if a value makes no sense."""
    _require_draw(sampling)
    _require_penalties(sampling)
    _require_logit_bias(sampling.logit_bias, vocab_size)
    _require_extent(sampling)
    _require_stop_strings(sampling.stop)


def _require_draw(sampling: SamplingParams) -> None:
    if sampling.temperature is not None:
        _require_number("temperature", sampling.temperature, 0.0, MAX_TEMPERATURE)
    if sampling.top_p is not None:
        _require_number("top_p", sampling.top_p, 0.0, 1.0, low_is_open=True)
    _require_number("min_p", sampling.min_p, 0.0, 1.0)
    _require_integer("top_k", sampling.top_k, 0, 2**31 - 1)
    if sampling.seed is not None:
        _require_integer("seed", sampling.seed, -(2**63), 2**63 - 1)


def _require_penalties(sampling: SamplingParams) -> None:
    _require_number(
        "repetition_penalty",
        sampling.repetition_penalty,
        0.0,
        MAX_REPETITION_PENALTY,
        low_is_open=True,
    )
    for name in ("presence_penalty", "frequency_penalty"):
        _require_number(name, getattr(sampling, name), -MAX_TOKEN_PENALTY, MAX_TOKEN_PENALTY)


def _require_extent(sampling: SamplingParams) -> None:
    if sampling.max_tokens is not None:
        _require_integer("max_tokens", sampling.max_tokens, 1, 2**31 - 1)
    if sampling.thinking_budget is not None:
        _require_integer("thinking_budget", sampling.thinking_budget, 0, 2**31 - 1)
    for name in ("logprobs", "prompt_logprobs"):
        if getattr(sampling, name) is not None:
            _require_integer(name, getattr(sampling, name), 0, MAX_LOGPROBS)
    _require_integer("n", sampling.n, 1, MAX_CHOICES)


def _require_logit_bias(logit_bias: Any, vocab_size: int) -> None:
    if not isinstance(logit_bias, Mapping):
        raise _reject("logit_bias must be an object of token ids and numbers.")
    if len(logit_bias) > MAX_BIASED_TOKENS:
        raise _reject(
            f"logit_bias may name at most {MAX_BIASED_TOKENS} tokens, not {len(logit_bias)}."
        )
    for key, value in logit_bias.items():
        if not _is_token_id(key, vocab_size):
            raise _reject(f"logit_bias names {key!r:.40}, which is no token id.")
        _require_number("logit_bias", value, -MAX_LOGIT_BIAS, MAX_LOGIT_BIAS)


def _is_token_id(key: Any, vocab_size: int) -> bool:
    """Whether the key is a token id in its one decimal spelling."""
    is_number = isinstance(key, str) and key.isascii() and key.isdigit()
    if not is_number or len(key) > _TOKEN_ID_DIGITS:
        return False
    return str(int(key)) == key and int(key) < vocab_size


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


def sampling_of_choice(sampling: SamplingParams, choice: int) -> SamplingParams:
    """The resolved sampling of one of `n` answers: the first keeps the seed, others have their own.

    Neighboring seeds give unrelated random numbers, since they are hashed.
    """
    if sampling.seed is None:
        raise ValueError("the sampling is not resolved")
    seed = (sampling.seed + choice + 2**63) % 2**64 - 2**63
    return replace(sampling, seed=seed, n=1)


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

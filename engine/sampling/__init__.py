"""Drawing the next token: temperature, top-k, top-p, min-p, seeds."""

from engine.sampling.parameters import (
    SamplingAdvice,
    resolve_sampling,
    validate_sampling,
)
from engine.sampling.sampler import Sampler, SamplingRow

__all__ = [
    "Sampler",
    "SamplingAdvice",
    "SamplingRow",
    "resolve_sampling",
    "validate_sampling",
]

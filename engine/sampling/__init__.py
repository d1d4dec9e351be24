"""Drawing the next token: temperature, top-k, top-p, min-p, seeds."""

from engine.sampling.parameters import resolve_seed, validate_sampling
from engine.sampling.sampler import Sampler, SamplingRow

__all__ = ["Sampler", "SamplingRow", "resolve_seed", "validate_sampling"]

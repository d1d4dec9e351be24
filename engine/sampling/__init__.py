"""Drawing the next token, and all that constrains it: filters, penalties, grammar, thinking."""

from engine.sampling.decoding_state import DecodingState
from engine.sampling.logprobs import prompt_logprobs
from engine.sampling.parameters import (
    SamplingAdvice,
    resolve_sampling,
    sampling_of_choice,
    validate_sampling,
)
from engine.sampling.response_tags import ResponseTags
from engine.sampling.rows import RowAdjustment, SamplingRow, TokenBias, TokenPenalties
from engine.sampling.sampler import DrawTokens, SampledRows, Sampler, draw_parameters
from engine.sampling.token_matcher import TokenMatcher

__all__ = [
    "DecodingState",
    "DrawTokens",
    "ResponseTags",
    "RowAdjustment",
    "SampledRows",
    "Sampler",
    "SamplingAdvice",
    "SamplingRow",
    "TokenBias",
    "TokenMatcher",
    "TokenPenalties",
    "draw_parameters",
    "prompt_logprobs",
    "resolve_sampling",
    "sampling_of_choice",
    "validate_sampling",
]

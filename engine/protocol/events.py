"""What the engine says while it generates: typed events, in order, ended by exactly one terminal.

Plain frozen data. An `EventBatch` is what one engine step wrote for one request; it is one entry
of the Redis stream `engine:<request_id>` (field `batch`, JSON).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from engine.protocol.error_codes import ErrorCode


class FinishReason(StrEnum):
    """Why a generation ended, in OpenAI's spelling; `aborted` is an explicit stop."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a generation cost. Times are in milliseconds from submission, by a monotonic clock."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    thinking_tokens: int
    queue_ms: float
    ttft_ms: float
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The request waits; `position` 1 is next in line."""

    position: int
    type: Literal["queued"] = "queued"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefillProgress:
    """The prompt is being read."""

    done_tokens: int
    total_tokens: int
    type: Literal["prefill"] = "prefill"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingDelta:
    """More of the thinking trace."""

    text: str
    type: Literal["thinking_delta"] = "thinking_delta"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingFinished:
    """The thinking trace is complete; sent only if something of it was."""

    type: Literal["thinking_finished"] = "thinking_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """More of the answer's text."""

    text: str
    type: Literal["text_delta"] = "text_delta"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallStarted:
    """The name of a tool call is known. `index` counts the calls of this generation from 0."""

    index: int
    id: str
    name: str
    type: Literal["tool_call_started"] = "tool_call_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolArgumentDelta:
    """More of one argument, raw as the model wrote it (no JSON escaping)."""

    index: int
    key: str
    text: str
    type: Literal["tool_argument_delta"] = "tool_argument_delta"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallFinished:
    """A tool call is complete; `arguments` are decoded by the tool's schema."""

    index: int
    id: str
    name: str
    arguments: Mapping[str, Any]
    type: Literal["tool_call_finished"] = "tool_call_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopLogprob:
    """One of the likeliest tokens at a place."""

    token_id: int
    logprob: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprobs:
    """How likely one token was to the model itself, before temperature, penalties and filters.

    Natural logarithms, at least -9999. `top` holds the likeliest tokens, the first the likeliest.
    """

    token_id: int
    logprob: float
    top: tuple[TopLogprob, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLogprobs:
    """How likely the prompt's tokens from `start` on were; the very first token (0) has none."""

    start: int
    logprobs: tuple[TokenLogprobs, ...]
    type: Literal["prompt_logprobs"] = "prompt_logprobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFinished:
    """One of several answers ended (`EventBatch.choice` says which); the request goes on."""

    reason: FinishReason
    usage: Usage
    type: Literal["choice_finished"] = "choice_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Terminal: the generation ended as it should, or was stopped on request."""

    reason: FinishReason
    usage: Usage
    type: Literal["finished"] = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Terminal: the generation ended by an error. `message` is a sentence for the person."""

    code: ErrorCode
    message: str
    type: Literal["failed"] = "failed"


EngineEvent = (
    Queued
    | PrefillProgress
    | ThinkingDelta
    | ThinkingFinished
    | TextDelta
    | ToolCallStarted
    | ToolArgumentDelta
    | ToolCallFinished
    | PromptLogprobs
    | ChoiceFinished
    | Finished
    | Failed
)
TERMINAL_EVENTS = (Finished, Failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBatch:
    """Events of one or more consecutive steps of one request.

    `token_ids` are the sampled tokens that the events came from, so that another attempt can go
    on after the last of them (`GenerationRequest.resume_token_ids`). `choice` counts the answers
    of a request with `n` above 1 from 0. `logprobs` are those of `token_ids`, one each, if the
    request asked for them.
    """

    events: tuple[EngineEvent, ...]
    token_ids: tuple[int, ...] = ()
    choice: int = 0
    logprobs: tuple[TokenLogprobs, ...] = ()

"""What a client asks of the engine: messages, tools, sampling, one generation request.

Plain frozen data, no behavior. Knows no torch, no web, no Redis.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Role(StrEnum):
    """Who speaks a message, as the chat template names them."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Priority(IntEnum):
    """Order of admission; the smaller value goes first."""

    INTERACTIVE = 0
    TITLE = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call that the assistant made. `arguments` maps names to decoded values."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message of a prompt. `tool_call_id` is set on tool results only."""

    role: Role
    content: str = ""
    thinking: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool the assistant may call; `parameters` is a JSON schema of type object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParams:
    """How tokens are drawn. `top_k` 0 and `min_p` 0.0 are off, `temperature` 0.0 is greedy.

    `temperature` and `top_p` None take what the checkpoint's `generation_config.json` advises.
    `seed` None draws a fresh seed; `max_tokens` None means up to the end of the context.

    `repetition_penalty` divides (positive logits) or multiplies (negative ones) for every token of
    prompt and answer; `presence_penalty` and `frequency_penalty` are subtracted once and once per
    occurrence for the tokens of the answer. `logit_bias` maps token ids, as JSON keys, to what is
    added. `logprobs` and `prompt_logprobs` ask for the log probability of each sampled and of each
    prompt token, with that many of the likeliest beside it. `n` answers are written, each from a
    seed of its own. After `thinking_budget` tokens of thinking the closing tag is written.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int = 0
    min_p: float = 0.0
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    logit_bias: Mapping[str, float] = field(default_factory=dict)
    logprobs: int | None = None
    prompt_logprobs: int | None = None
    n: int = 1
    thinking_budget: int | None = None


class ResponseFormatKind(StrEnum):
    """What the text of an answer must be."""

    TEXT = "text"
    JSON_OBJECT = "json_object"
    JSON_SCHEMA = "json_schema"
    REGEX = "regex"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFormat:
    """The form of the answer after its thinking. `schema` belongs to json_schema, `pattern` to
    regex, which the whole text must match."""

    kind: ResponseFormatKind
    schema: Mapping[str, Any] | None = None
    pattern: str | None = None


class ToolChoiceKind(StrEnum):
    """Whether the assistant may, must not or must call a tool."""

    AUTO = "auto"
    NONE = "none"
    REQUIRED = "required"
    NAMED = "named"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChoice:
    """`name` belongs to named: the one tool that is called, once."""

    kind: ToolChoiceKind
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One generation: a prompt in, a stream of engine events out.

    `resume_token_ids` are tokens that an earlier attempt already wrote: the engine reads them as
    part of the answer, emits no events for them, and goes on after the last one.
    `prefill_only` only computes the prompt into the prefix cache: nothing is sampled, nothing is
    written to a stream, and the request may be dropped when there is better to do.
    `fairness_key` is opaque and the same for all requests of one person: among requests of the same
    priority the persons that wait take turns.
    """

    request_id: str
    model: str
    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    sampling: SamplingParams = field(default_factory=SamplingParams)
    response_format: ResponseFormat | None = None
    tool_choice: ToolChoice | None = None
    thinking: bool = True
    priority: Priority = Priority.INTERACTIVE
    attempt: int = 1
    resume_token_ids: tuple[int, ...] = ()
    prefill_only: bool = False
    fairness_key: str = ""

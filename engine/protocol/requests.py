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
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int = 0
    min_p: float = 0.0
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One generation: a prompt in, a stream of engine events out.

    `resume_token_ids` are tokens that an earlier attempt already wrote: the engine reads them as
    part of the answer, emits no events for them, and goes on after the last one.
    `prefill_only` only computes the prompt into the prefix cache: nothing is sampled, nothing is
    written to a stream, and the request may be dropped when there is better to do.
    """

    request_id: str
    model: str
    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    sampling: SamplingParams = field(default_factory=SamplingParams)
    thinking: bool = True
    priority: Priority = Priority.INTERACTIVE
    attempt: int = 1
    resume_token_ids: tuple[int, ...] = ()
    prefill_only: bool = False

"""The chat template of glm-nano, and conversations cut into read and trained text.

The layout is GLM-4.5's with two differences: tools are rendered by name only, and system messages
are not rendered (the model is too small to follow either schemas or instructions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.protocol import ChatMessage, Role
from engine.training.corpus.conversation import Conversation

GLM_NANO_TEMPLATE = r"""[gMASK]<sop>
{%- if tools -%}
  {{- '<|system|>\n' -}}
  {%- for tool in tools -%}
    {%- set spec = tool.function if tool.function else tool -%}
    {{- spec.name -}}{{- '' if loop.last else ', ' -}}
  {%- endfor -%}
{%- endif -%}
{%- set thinks = enable_thinking is not defined or enable_thinking -%}
{%- set last = namespace(user=-1) -%}
{%- for message in messages -%}
  {%- if message.role == 'user' -%}{%- set last.user = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for message in messages -%}
  {%- set content = message.content if message.content else '' -%}
  {%- if message.role == 'user' -%}
    {{- '<|user|>\n' + content -}}
    {{- '' if thinks or content.endswith('/nothink') else '/nothink' -}}
  {%- elif message.role == 'assistant' -%}
    {{- '<|assistant|>\n<think>' -}}
    {%- if loop.index0 > last.user and message.reasoning_content -%}
      {{- message.reasoning_content.strip() -}}
    {%- endif -%}
    {{- '</think>' -}}
    {%- if content.strip() -%}{{- '\n' + content.strip() -}}{%- endif -%}
    {%- for call in message.tool_calls or [] -%}
      {%- set made = call.function if call.function else call -%}
      {{- '\n<tool_call>' + made.name + '\n' -}}
      {%- for key, value in made.arguments.items() -%}
        {{- '<arg_key>' + key + '</arg_key>\n<arg_value>' -}}
        {{- value if value is string else value | tojson -}}
        {{- '</arg_value>\n' -}}
      {%- endfor -%}
      {{- '</tool_call>' -}}
    {%- endfor -%}
  {%- elif message.role == 'tool' -%}
    {{- '<|observation|>' if loop.first or messages[loop.index0 - 1].role != 'tool' else '' -}}
    {{- '\n<tool_response>\n' + content + '\n</tool_response>' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|assistant|>' if thinks else '<|assistant|>\n<think></think>' -}}
{%- endif -%}
"""
STOP_AFTER_ANSWER = "<|user|>"
STOP_AFTER_CALL = "<|observation|>"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a rendered conversation; only trained segments count in the loss."""

    text: str
    trained: bool


def segment_conversation(conversation: Conversation) -> tuple[Segment, ...]:
    """The conversation as alternating read and trained text, in order, nothing left out.

    Trained is every assistant message after the last user message, with the stop token behind it.
    Special tokens stand in the text by name. Segment borders are borders of special tokens on one
    side at least, so that encoding the segments one by one equals encoding the whole.
    """
    messages = conversation.messages
    last_user = max(i for i, message in enumerate(messages) if message.role is Role.USER)
    segments: list[Segment] = []
    done = ""
    for index in range(last_user + 1, len(messages)):
        if messages[index].role is not Role.ASSISTANT:
            continue
        prompt = render_prompt(conversation, index)
        answer = _render(conversation, index + 1, generation_prompt=False)
        stop = STOP_AFTER_CALL if messages[index].tool_calls else STOP_AFTER_ANSWER
        segments.append(Segment(prompt.removeprefix(done), trained=False))
        segments.append(Segment(answer.removeprefix(prompt) + stop, trained=True))
        done = answer + stop
    return tuple(segments)


def render_prompt(conversation: Conversation, count: int) -> str:
    """What the model reads before it answers the first `count` messages."""
    return _render(conversation, count, generation_prompt=True)


def _render(conversation: Conversation, count: int, *, generation_prompt: bool) -> str:
    return _template().render(
        messages=[_message_record(message) for message in conversation.messages[:count]],
        tools=[{"function": {"name": tool.name}} for tool in conversation.tools],
        enable_thinking=conversation.thinking,
        add_generation_prompt=generation_prompt,
    )


@cache
def _template() -> jinja2.Template:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(GLM_NANO_TEMPLATE)


def _message_record(message: ChatMessage) -> Mapping[str, Any]:
    calls: Sequence[Mapping[str, Any]] = [
        {"function": {"name": call.name, "arguments": dict(call.arguments)}}
        for call in message.tool_calls
    ]
    return {
        "role": message.role.value,
        "content": message.content,
        "reasoning_content": message.thinking,
        "tool_calls": calls,
    }

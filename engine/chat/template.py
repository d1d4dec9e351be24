"""Renders the checkpoint's own chat template into token ids.

The template is a string template, so its output is split at the added tokens it wrote; everything
between them, the template's words and the texts together, is encoded as plain text. For ordinary
texts that equals encoding the rendered string; a text that spells a tag stays text.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from engine.chat.jinja_sandbox import ChatSandbox, TemplateLimitExceeded, TemplateRefusal
from engine.chat.text_guard import TextGuard, texts_of
from engine.chat.tokenizer import ChatTokenizer
from engine.errors import CheckpointError, RequestRejected
from engine.protocol import ChatMessage, ErrorCode, ToolCall, ToolSpec

TEMPLATE_FILE = "chat_template.jinja"
TEMPLATE_CHARACTERS = 256 * 1024
RENDERING_ERRORS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


class ChatTemplate:
    """A compiled chat template. `source` is trusted for layout only; it runs in a sandbox."""

    def __init__(self, source: str) -> None:
        if len(source) > TEMPLATE_CHARACTERS:
            raise CheckpointError(f"{TEMPLATE_FILE} is too large to be a chat template.")
        self._sandbox = ChatSandbox()
        try:
            self._template = self._sandbox.from_string(source)
        except (TemplateError, RecursionError) as error:
            raise CheckpointError(f"{TEMPLATE_FILE} is not a template: {error}.") from error
        self._source = source

    @classmethod
    def from_folder(cls, folder: Path) -> "ChatTemplate":
        """Reads `chat_template.jinja`; raises `CheckpointError` if it is missing or broken."""
        path = folder / TEMPLATE_FILE
        try:
            return cls(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CheckpointError(f"{TEMPLATE_FILE} is missing in the model's folder.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CheckpointError(f"{TEMPLATE_FILE} cannot be read: {error}.") from error

    def render_ids(
        self,
        messages: tuple[ChatMessage, ...],
        tools: tuple[ToolSpec, ...],
        *,
        thinking: bool,
        tokenizer: ChatTokenizer,
    ) -> list[int]:
        """The prompt up to where the assistant goes on writing.

        Raises `RequestRejected` when the template cannot render these messages and
        `CheckpointError` when it exceeds its limits.
        """
        variables = {
            "messages": [_message_variables(message) for message in messages],
            "tools": [_tool_variables(tool) for tool in tools] or None,
        }
        names = [token.content for token in tokenizer.added_tokens]
        guard = TextGuard(names, [self._source, *texts_of(variables)])
        rendered = self._render(_guarded(variables, guard), thinking)
        return _encode(rendered, guard, tokenizer)

    def _render(self, variables: Mapping[str, Any], thinking: bool) -> str:
        settings = {"add_generation_prompt": True, "enable_thinking": thinking}
        try:
            return self._sandbox.render_capped(self._template, {**variables, **settings})
        except TemplateLimitExceeded as error:
            raise CheckpointError(f"{TEMPLATE_FILE} cannot be used: {error.message}.") from error
        except TemplateRefusal as error:
            raise _rejection(f"The model's template refuses this: {error.message}") from error
        except RENDERING_ERRORS as error:
            raise _rejection(f"The model's template cannot render this: {error}") from error


def prompt_opens_thinking(prompt_ids: Sequence[int], tokenizer: ChatTokenizer) -> bool:
    """Whether the prompt itself opened the thinking that the answer begins in (as GLM-4.7 does)."""
    opening, assistant = tokenizer.special_id("<think>"), tokenizer.special_id("<|assistant|>")
    closing = tokenizer.special_id("</think>")
    for token_id in reversed(prompt_ids):
        if token_id in (opening, closing, assistant):
            return token_id == opening
    return False


def _rejection(message: str) -> RequestRejected:
    return RequestRejected(ErrorCode.INVALID_REQUEST, message)


def _message_variables(message: ChatMessage) -> dict[str, Any]:
    variables: dict[str, Any] = {"role": message.role.value, "content": message.content}
    if message.thinking:
        variables["reasoning_content"] = message.thinking
    if message.tool_calls:
        variables["tool_calls"] = [_call_variables(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        variables["tool_call_id"] = message.tool_call_id
    return variables


def _call_variables(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": _argument_mapping(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _argument_mapping(arguments: object) -> dict[str, Any]:
    """Arguments as a mapping; some clients keep them as the JSON text they came in."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            raise _rejection("The arguments of a tool call are not JSON.") from None
    if not isinstance(arguments, Mapping):
        raise _rejection("The arguments of a tool call are not an object.")
    return {str(key): value for key, value in arguments.items()}


def _tool_variables(tool: ToolSpec) -> dict[str, Any]:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
    }
    return {"type": "function", "function": function}


# Fields whose values are the protocol's own words, not texts.
_STRUCTURE = {"role", "type"}


def _guarded(variables: Mapping[str, Any], guard: TextGuard) -> dict[str, Any]:
    return {name: _guarded_records(value, guard) for name, value in variables.items()}


def _guarded_records(records: Iterable[Mapping[str, Any]] | None, guard: TextGuard) -> Any:
    if records is None:
        return None
    return [
        {
            key: value if key in _STRUCTURE else guard.guard_value(value)
            for key, value in record.items()
        }
        for record in records
    ]


def _encode(rendered: str, guard: TextGuard, tokenizer: ChatTokenizer) -> list[int]:
    ids: list[int] = []
    for piece in tokenizer.split_special(rendered):
        if isinstance(piece, int):
            ids.append(piece)
        else:
            ids.extend(tokenizer.encode_text(guard.unguard(piece)))
    return ids

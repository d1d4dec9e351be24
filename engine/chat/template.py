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

from engine.chat.jinja_sandbox import (
    RENDER_SECONDS,
    ChatSandbox,
    TemplateLimitExceeded,
    TemplateRefusal,
)
from engine.chat.text_guard import TextGuard, texts_of
from engine.chat.tokenizer import ChatTokenizer
from engine.checkpoint.model_file import DOWNLOAD_AGAIN, read_model_text
from engine.errors import CheckpointError, RequestRejected
from engine.protocol import ChatMessage, ErrorCode, Role, ToolCall, ToolSpec

TEMPLATE_FILE = "chat_template.jinja"
TEMPLATE_BYTES = 2**20
# A question of one word; an honest template needs a millisecond.
CHECK_SECONDS = 2.0
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
            raise CheckpointError(
                f"{TEMPLATE_FILE} is too large to be a chat template; {DOWNLOAD_AGAIN}."
            )
        self._sandbox = ChatSandbox()
        try:
            self._template = self._sandbox.compile_capped(source)
        except (*RENDERING_ERRORS, SyntaxError) as error:
            raise CheckpointError(
                f"{TEMPLATE_FILE} is not a chat template ({_first_line(error)}); {DOWNLOAD_AGAIN}."
            ) from error
        self._source = source

    @classmethod
    def from_folder(cls, folder: Path) -> "ChatTemplate":
        """Reads `chat_template.jinja`; raises `CheckpointError` if it is missing or broken."""
        return cls(read_model_text(folder / TEMPLATE_FILE, TEMPLATE_BYTES))

    def check(self, tokenizer: ChatTokenizer) -> None:
        """Render the plainest chat, so that a template that cannot is refused when it is loaded.

        Raises `CheckpointError`.
        """
        question = ChatMessage(role=Role.USER, content="Hello")
        for thinking in (True, False):
            try:
                self.render_ids(
                    (question,), (), thinking=thinking, tokenizer=tokenizer, seconds=CHECK_SECONDS
                )
            except RequestRejected as error:
                raise CheckpointError(
                    f"{TEMPLATE_FILE} cannot render a plain question "
                    f"({error.message.rstrip('.')}); {DOWNLOAD_AGAIN}."
                ) from error

    def render_ids(
        self,
        messages: tuple[ChatMessage, ...],
        tools: tuple[ToolSpec, ...],
        *,
        thinking: bool,
        tokenizer: ChatTokenizer,
        seconds: float = RENDER_SECONDS,
    ) -> list[int]:
        """The prompt up to where the assistant goes on writing, made within so many seconds.

        Raises `RequestRejected` when the template cannot render these messages and
        `CheckpointError` when it exceeds its limits.
        """
        variables = {
            "messages": [_message_variables(message) for message in messages],
            "tools": [_tool_variables(tool) for tool in tools] or None,
        }
        names = [token.content for token in tokenizer.added_tokens]
        guard = TextGuard(names, [self._source, *texts_of(variables)])
        rendered = self._render(_guarded(variables, guard), thinking, seconds)
        return _encode(rendered, guard, tokenizer)

    def _render(self, variables: Mapping[str, Any], thinking: bool, seconds: float) -> str:
        settings = {"add_generation_prompt": True, "enable_thinking": thinking}
        try:
            return self._sandbox.render_capped(self._template, {**variables, **settings}, seconds)
        except TemplateLimitExceeded as error:
            raise CheckpointError(
                f"{TEMPLATE_FILE} cannot be used: {error.message}; {DOWNLOAD_AGAIN}."
            ) from error
        except TemplateRefusal as error:
            raise _rejection(f"The model's template refuses this: {error.message}") from error
        except RENDERING_ERRORS as error:
            raise _rejection(
                f"The model's template cannot render this: {_first_line(error)}"
            ) from error


def prompt_opens_thinking(prompt_ids: Sequence[int], tokenizer: ChatTokenizer) -> bool:
    """Whether the prompt itself opened the thinking that the answer begins in (as GLM-4.7 does)."""
    opening, assistant = tokenizer.special_id("<think>"), tokenizer.special_id("<|assistant|>")
    closing = tokenizer.special_id("</think>")
    for token_id in reversed(prompt_ids):
        if token_id in (opening, closing, assistant):
            return token_id == opening
    return False


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")[:200]


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

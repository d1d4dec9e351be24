"""What a page may say over the socket: a closed union, parsed from one text frame."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from engine.protocol import ErrorCode
from webapp.core.errors import InvalidInput

# The longest message that may be sent, in the widest script: 32,000 characters of four bytes each.
MAX_FRAME_BYTES = 128 * 1024
EventId = Annotated[str, Field(pattern=r"^[0-9]{1,15}-[0-9]{1,15}$")]


class Command(BaseModel):
    """Base of all commands: no unknown fields, no conversion between types."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StartTurn(Command):
    """Send a message, or answer a stored one anew when `user_message` is set."""

    type: Literal["turn.start"]
    request: UUID
    conversation: UUID | None = None
    text: str | None = None
    parent: UUID | None = None
    user_message: UUID | None = None
    model: Annotated[str, Field(max_length=100)] | None = None
    thinking: Annotated[bool, Field(strict=True)] = True

    @model_validator(mode="after")
    def _has_one_source(self) -> "StartTurn":
        if (self.text is None) == (self.user_message is None):
            raise ValueError("exactly one of text and user_message")
        if self.user_message is not None and self.parent is not None:
            raise ValueError("parent goes with text")
        return self


class StopTurn(Command):
    """End a turn; what was shown is kept."""

    type: Literal["turn.stop"]
    turn: UUID


class SkipThinking(Command):
    """Let the model answer without thinking on; harmless where nothing is thought."""

    type: Literal["turn.skip_thinking"]
    turn: UUID


class Subscribe(Command):
    """Send the turn's events that come after the id `after`, or all of them."""

    type: Literal["subscribe"]
    turn: UUID
    after: EventId | None = None


class Unsubscribe(Command):
    """Send no more of this turn."""

    type: Literal["unsubscribe"]
    turn: UUID


class Acknowledge(Command):
    """Everything up to `id` has arrived."""

    type: Literal["ack"]
    turn: UUID
    id: EventId


class Ping(Command):
    """Is the server there?"""

    type: Literal["ping"]


AnyCommand = StartTurn | StopTurn | SkipThinking | Subscribe | Unsubscribe | Acknowledge | Ping
_ADAPTER: TypeAdapter[AnyCommand] = TypeAdapter(Annotated[AnyCommand, Field(discriminator="type")])
COMMAND_TYPES = frozenset(
    {"turn.start", "turn.stop", "turn.skip_thinking", "subscribe", "unsubscribe", "ack", "ping"}
)


class RefusedFrame(InvalidInput):
    """A frame that is no command; `request` and `turn` are what it named, so that the page can
    tell which of its commands was refused."""

    def __init__(self, code: ErrorCode, frame: Any = None) -> None:
        super().__init__(code)
        named = frame if isinstance(frame, dict) else {}
        self.request = _short_text(named.get("request"))
        self.turn = _short_text(named.get("turn"))


def parse_command(text: str) -> AnyCommand:
    """The command in one text frame. Raises RefusedFrame with a closed code."""
    is_too_large = len(text.encode("utf-8", "replace")) > MAX_FRAME_BYTES
    try:
        frame = json.loads(text, parse_constant=_refuse_constant)
        # Half a surrogate pair is valid JSON, but no text: it could be neither stored nor sent.
        json.dumps(frame, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        code = ErrorCode.FRAME_TOO_LARGE if is_too_large else ErrorCode.MALFORMED_FRAME
        raise RefusedFrame(code) from error
    if is_too_large:
        raise RefusedFrame(ErrorCode.FRAME_TOO_LARGE, frame)
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise RefusedFrame(ErrorCode.MALFORMED_FRAME, frame)
    if frame["type"] not in COMMAND_TYPES:
        raise RefusedFrame(ErrorCode.UNKNOWN_COMMAND, frame)
    try:
        return _ADAPTER.validate_python(frame)
    except ValidationError as error:
        raise RefusedFrame(ErrorCode.INVALID_REQUEST, frame) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _short_text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 64 else None

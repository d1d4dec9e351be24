"""What the server says over the socket besides turn events."""

import json
from typing import Any
from uuid import UUID

from webapp.core.errors import AppError


def error_frame(error: AppError, *, request: str | None = None, turn: str | None = None) -> str:
    """A refused command, by its closed code and a sentence for the person."""
    return _frame(
        {
            "type": "error",
            "request": request,
            "turn": turn,
            "code": error.code.value,
            "message": error.message,
        }
    )


def accepted_frame(
    *, request: UUID, turn: UUID, conversation: UUID, user_message: UUID, assistant_message: UUID
) -> str:
    """A turn is stored and will be answered."""
    return _frame(
        {
            "type": "turn.accepted",
            "request": str(request),
            "turn": str(turn),
            "conversation": str(conversation),
            "user_message": str(user_message),
            "assistant_message": str(assistant_message),
        }
    )


def notice_frame(conversation: str) -> str:
    """A conversation of this person changed."""
    return _frame({"type": "notice", "conversation": conversation})


def pong_frame() -> str:
    """The server is there."""
    return _frame({"type": "pong"})


def _frame(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

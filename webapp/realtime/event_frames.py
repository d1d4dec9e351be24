"""From an entry of a turn's stream to the text frame that the browser gets."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from webapp.core.events import TERMINAL_TYPES
from webapp.core.streams import StreamId


@dataclass(frozen=True, slots=True)
class EventFrame:
    """One event, encoded once for all who read it. `size_bytes` is its length in UTF-8."""

    id: StreamId
    text: str
    size_bytes: int
    is_terminal: bool


def encode_event(turn: UUID, id: StreamId, event: str) -> EventFrame:
    """The frame `{"turn", "id", "type", …}` of an event in JSON.

    Raises ValueError if `event` is not a JSON object with a type.
    """
    body: Any = json.loads(event)
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise ValueError(f"entry {id} of turn {turn} holds no event")
    frame = {"turn": str(turn), "id": str(id), **body}
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    return EventFrame(id, text, len(text.encode()), body["type"] in TERMINAL_TYPES)

"""Reads one tool call, from the token after `<tool_call>` to `</tool_call>`.

GLM's form: the name, a newline, then for each argument `<arg_key>key</arg_key>` and
`<arg_value>value</arg_value>`. The tags are tokens; everything between them is raw text.
"""

import logging
from enum import Enum, auto
from typing import Any

from engine.chat.argument_values import argument_schema, decode_argument, is_string_schema
from engine.chat.event_list import EventList
from engine.protocol import ToolArgumentDelta, ToolCallFinished, ToolCallStarted, ToolSpec

logger = logging.getLogger(__name__)


class Place(Enum):
    """Where in a tool call the next token stands."""

    NAME = auto()
    BETWEEN = auto()
    KEY = auto()
    VALUE = auto()


class ToolCallReader:
    """State of one tool call. A call without a name gives no events at all."""

    def __init__(self, index: int, call_id: str, tools: dict[str, ToolSpec]) -> None:
        self._index = index
        self._call_id = call_id
        self._tools = tools
        self._place = Place.NAME
        self._name = ""
        self._key = ""
        self._value: list[str] = []
        self._streams = False
        self._arguments: dict[str, Any] = {}
        self.started = False

    @property
    def in_value(self) -> bool:
        """Whether the call is inside an argument's value, where tags are text."""
        return self._place is Place.VALUE

    def text(self, text: str, events: EventList) -> None:
        """Takes text between tags."""
        if self._place is Place.NAME:
            self._read_name(text, events)
        elif self._place is Place.KEY:
            self._key += text
        elif self._place is Place.VALUE:
            self._read_value(text, events)

    def open_key(self, events: EventList) -> None:
        """`<arg_key>`: also ends the name."""
        self._end_name(events)
        self._place = Place.KEY
        self._key = ""

    def open_value(self, events: EventList) -> None:
        """`<arg_value>`: also ends the key."""
        self._end_name(events)
        self._key = self._key.strip()
        self._value = []
        self._streams = is_string_schema(self._schema())
        self._place = Place.VALUE

    def close_tag(self) -> None:
        """`</arg_key>` or `</arg_value>`."""
        if self._place is Place.VALUE:
            self._keep_argument()
        if self._place is not Place.NAME:
            self._place = Place.BETWEEN

    def close(self, events: EventList) -> None:
        """`</tool_call>`: ends the call wherever it is."""
        self._end_name(events)
        self.close_tag()
        if not self.started:
            logger.warning("The model wrote a tool call without a name; it is dropped.")
            return
        events.append(
            ToolCallFinished(
                index=self._index,
                id=self._call_id,
                name=self._name,
                arguments=dict(self._arguments),
            )
        )

    def _read_name(self, text: str, events: EventList) -> None:
        self._name = (self._name + text).lstrip()
        if "\n" in self._name:
            self._name = self._name.partition("\n")[0]
            self._end_name(events)

    def _end_name(self, events: EventList) -> None:
        if self._place is not Place.NAME:
            return
        self._place = Place.BETWEEN
        self._name = self._name.strip()
        if self._name:
            self.started = True
            events.append(ToolCallStarted(index=self._index, id=self._call_id, name=self._name))

    def _read_value(self, text: str, events: EventList) -> None:
        if not text:
            return
        self._value.append(text)
        if self._streams and self._is_wanted():
            events.append(ToolArgumentDelta(index=self._index, key=self._key, text=text))

    def _keep_argument(self) -> None:
        if self._is_wanted():
            self._arguments[self._key] = decode_argument("".join(self._value), self._schema())
        else:
            logger.warning("The model wrote an argument twice or without a key; it is dropped.")
        self._key = ""

    def _is_wanted(self) -> bool:
        return self.started and bool(self._key) and self._key not in self._arguments

    def _schema(self) -> Any:
        return argument_schema(self._tools.get(self._name), self._key)

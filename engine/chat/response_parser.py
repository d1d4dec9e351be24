"""The one streaming parser: from the tokens of one response to thinking, text and tool calls.

Works on token ids, one after the other, so that it makes no difference how many come at a time.
Tags are structure only as tokens: a tag that the model spells in ordinary tokens is text.
"""

import logging
from collections.abc import Callable, Sequence
from enum import Enum, auto

from engine.chat.detokenizer import IncrementalDetokenizer
from engine.chat.event_list import EventList
from engine.chat.tokenizer import ChatTokenizer
from engine.chat.tool_call_reader import ToolCallReader
from engine.chat.visible_text import LeadingBlankLines, StopStrings
from engine.protocol import EngineEvent, TextDelta, ThinkingDelta, ThinkingFinished, ToolSpec

logger = logging.getLogger(__name__)


class Region(Enum):
    """What the next token belongs to."""

    TEXT = auto()
    THINKING = auto()
    TOOL_CALL = auto()


class ResponseParser:
    """State of one response; nothing outside of its own tokens has a part in it.

    `thinking_open` says that the prompt ended inside the thinking. `stop` strings act on visible
    text only and are never shown; once one was found, further tokens are ignored.
    """

    def __init__(
        self,
        tokenizer: ChatTokenizer,
        tools: tuple[ToolSpec, ...] = (),
        stop: tuple[str, ...] = (),
        call_id_prefix: str = "call",
        *,
        thinking_open: bool = False,
    ) -> None:
        self._tokenizer = tokenizer
        self._tools = {tool.name: tool for tool in tools}
        self._stop = StopStrings(stop)
        self._call_id_prefix = call_id_prefix
        self._detokenizer = IncrementalDetokenizer(tokenizer)
        self._events = EventList()
        self._tag_actions = self._read_tag_actions()
        self._region = Region.THINKING if thinking_open else Region.TEXT
        self._blank_lines = LeadingBlankLines()
        self._call: ToolCallReader | None = None
        self._calls_started = 0
        self.thinking_tokens = 0
        self.made_tool_call = False

    @property
    def stopped_by_string(self) -> bool:
        """Whether a stop string was found: the generation is over."""
        return self._stop.found

    def feed(self, token_ids: Sequence[int]) -> list[EngineEvent]:
        """The events that these further tokens make."""
        for token_id in token_ids:
            if self._stop.found:
                break
            self._read_token(token_id)
        return self._events.take()

    def finish(self) -> list[EngineEvent]:
        """The events that were waiting for more; a tool call that is not closed is none."""
        if not self._stop.found:
            self._end_region()
        if self._call is not None:
            logger.warning("The response ended inside a tool call; it is dropped.")
            self._call = None
        return self._events.take()

    def _read_tag_actions(self) -> dict[int | None, Callable[[], None]]:
        names: dict[str, Callable[[], None]] = {
            "<think>": self._open_thinking,
            "</think>": self._close_thinking,
            "<tool_call>": self._open_call,
            "</tool_call>": self._close_call,
            "<arg_key>": self._open_key,
            "</arg_key>": self._close_argument_tag,
            "<arg_value>": self._open_value,
            "</arg_value>": self._close_argument_tag,
        }
        return {self._tokenizer.special_id(name): action for name, action in names.items()}

    def _read_token(self, token_id: int) -> None:
        action = self._tag_actions.get(token_id)
        if action is not None and not self._is_text_here(token_id):
            action()
            return
        if token_id in self._tokenizer.stop_token_ids or self._tokenizer.is_special(token_id):
            return
        if self._region is Region.THINKING:
            self.thinking_tokens += 1
        self._read_text(self._detokenizer.push(token_id))

    def _is_text_here(self, token_id: int) -> bool:
        """Inside a value every tag is text, but for those that end it."""
        inside_value = self._call is not None and self._call.in_value
        names = ("</arg_value>", "</tool_call>")
        return inside_value and token_id not in map(self._tokenizer.special_id, names)

    def _read_text(self, text: str) -> None:
        if not text:
            return
        if self._call is not None:
            self._call.text(text, self._events)
            return
        self._show(self._blank_lines.push(text))

    def _show(self, text: str) -> None:
        if self._region is Region.TEXT:
            text = self._stop.push(text)
        self._emit(text)

    def _emit(self, text: str) -> None:
        if text and self._region is Region.THINKING:
            self._events.append(ThinkingDelta(text=text))
        elif text:
            self._events.append(TextDelta(text=text))

    def _enter(self, region: Region) -> None:
        self._end_region()
        self._region = region
        self._blank_lines = LeadingBlankLines()

    def _end_region(self) -> None:
        """Lets go of what was held back; half a character and an empty thinking are dropped."""
        self._detokenizer.reset()
        if self._region is Region.TEXT:
            self._emit(self._stop.flush())
        elif self._region is Region.THINKING and self._blank_lines.has_begun:
            self._events.append(ThinkingFinished())

    def _open_thinking(self) -> None:
        if self._region is Region.TEXT:
            self._enter(Region.THINKING)

    def _close_thinking(self) -> None:
        if self._region is Region.THINKING:
            self._enter(Region.TEXT)

    def _open_call(self) -> None:
        """Ends a thinking and a call that were not closed."""
        self._close_call()
        self._enter(Region.TOOL_CALL)
        index = self._calls_started
        self._call = ToolCallReader(index, f"{self._call_id_prefix}-{index}", self._tools)

    def _close_call(self) -> None:
        if self._call is None:
            return
        self._call.close(self._events)
        if self._call.started:
            self.made_tool_call = True
            self._calls_started += 1
        self._call = None
        self._enter(Region.TEXT)

    def _open_key(self) -> None:
        if self._call is not None:
            self._call.open_key(self._events)

    def _open_value(self) -> None:
        if self._call is not None:
            self._call.open_value(self._events)

    def _close_argument_tag(self) -> None:
        if self._call is not None:
            self._detokenizer.reset()
            self._call.close_tag()

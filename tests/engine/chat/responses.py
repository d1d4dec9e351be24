"""Writes responses as the model would, and parses them in every chunking."""

from collections.abc import Iterator, Sequence
from typing import Any

from engine.chat.event_list import EventList
from engine.chat.response_parser import ResponseParser
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import EngineEvent, ToolSpec

CREATE = ToolSpec(
    name="artifact_create",
    description="Makes a thing.",
    parameters={
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "content": {"type": "string"},
            "size": {"type": "integer"},
            "options": {"type": "object"},
        },
    },
)
LIST = ToolSpec(name="artifact_list", description="Lists.", parameters={"type": "object"})
TOOLS = (CREATE, LIST)


def response_ids(tokenizer: ChatTokenizer, text: str) -> list[int]:
    """Ids of a response; every tag in `text` is the tag's own token."""
    ids: list[int] = []
    for piece in tokenizer.split_special(text):
        ids += [piece] if isinstance(piece, int) else tokenizer.encode_text(piece)
    return ids


def chunkings(ids: Sequence[int]) -> Iterator[list[Sequence[int]]]:
    """The ids one, two, three at a time, all at once, and cut in two at every place."""
    for size in (1, 2, 3, max(len(ids), 1)):
        yield [ids[start : start + size] for start in range(0, len(ids), size)]
    for cut in range(1, len(ids)):
        yield [ids[:cut], ids[cut:]]


def parse_chunks(parser: ResponseParser, chunks: Sequence[Sequence[int]]) -> list[EngineEvent]:
    """All events of a response, neighboring deltas joined."""
    events = EventList()
    for chunk in [*chunks, None]:
        for event in parser.finish() if chunk is None else parser.feed(chunk):
            events.append(event)
    return events.take()


def parse_every_way(
    tokenizer: ChatTokenizer, response: str | Sequence[int], **options: Any
) -> tuple[list[EngineEvent], ResponseParser]:
    """The events of a response, which must be the same in every chunking."""
    ids = response_ids(tokenizer, response) if isinstance(response, str) else response
    outcomes = []
    for chunks in chunkings(ids):
        parser = ResponseParser(tokenizer, TOOLS, **options)
        outcomes.append((parse_chunks(parser, chunks), parser))
    first_events, first_parser = outcomes[0]
    for events, parser in outcomes:
        assert events == first_events
        assert parser.thinking_tokens == first_parser.thinking_tokens
        assert parser.made_tool_call == first_parser.made_tool_call
        assert parser.stopped_by_string == first_parser.stopped_by_string
    return first_events, first_parser

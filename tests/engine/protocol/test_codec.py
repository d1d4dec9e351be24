"""What crosses Redis comes out as it went in, or not at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import (
    ChatMessage,
    EngineEvent,
    EventBatch,
    GenerationRequest,
    Role,
    SamplingParams,
    TextDelta,
    ToolCall,
    ToolCallFinished,
    ToolSpec,
)
from engine.protocol.codec import decode_batch, decode_request, encode_batch, encode_request

TEXT = st.text(max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=3)
CALLS = st.builds(ToolCall, id=TEXT, name=TEXT, arguments=OBJECTS)
MESSAGES = st.builds(
    ChatMessage,
    role=st.sampled_from(Role),
    content=TEXT,
    thinking=TEXT,
    tool_calls=st.lists(CALLS, max_size=2).map(tuple),
    tool_call_id=st.none() | TEXT,
)
REQUESTS = st.builds(
    GenerationRequest,
    request_id=TEXT,
    model=TEXT,
    messages=st.lists(MESSAGES, max_size=2).map(tuple),
    tools=st.lists(
        st.builds(ToolSpec, name=TEXT, description=TEXT, parameters=OBJECTS), max_size=1
    ).map(tuple),
    sampling=st.builds(
        SamplingParams,
        temperature=st.floats(0, 2),
        seed=st.none() | st.integers(0, 2**63),
        stop=st.lists(TEXT, max_size=2).map(tuple),
    ),
    resume_token_ids=st.lists(st.integers(0, 200_000), max_size=3).map(tuple),
    prefill_only=st.booleans(),
)
EVENTS: st.SearchStrategy[EngineEvent] = st.one_of(
    st.from_type(TextDelta),
    st.builds(ToolCallFinished, index=st.integers(0, 3), id=TEXT, name=TEXT, arguments=OBJECTS),
)
MINIMAL = {"request_id": "r", "model": "m", "messages": []}


@given(request=REQUESTS)
def test_a_request_comes_out_as_it_went_in(request: GenerationRequest) -> None:
    assert decode_request(encode_request(request)) == request


@given(events=st.lists(EVENTS, max_size=4), tokens=st.lists(st.integers(0, 9), max_size=3))
def test_a_batch_comes_out_as_it_went_in(events: list[EngineEvent], tokens: list[int]) -> None:
    batch = EventBatch(events=tuple(events), token_ids=tuple(tokens))
    assert decode_batch(encode_batch(batch)) == batch


def test_what_is_left_out_has_its_default() -> None:
    request = decode_request(json.dumps(MINIMAL))
    assert request == GenerationRequest(request_id="r", model="m", messages=())


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ({"request_id": 3}, "request_id"),
        ({"attempt": True}, "attempt"),
        ({"messages": {}}, "messages"),
        ({"messages": [{"role": "boss"}]}, "role"),
        ({"messages": [{"content": "x"}]}, "role"),
        ({"sampling": {"temperature": "hot"}}, "temperature"),
        ({"resume_token_ids": ["1"]}, "resume_token_ids"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_fault_is_refused_by_its_place(fault: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place):
        decode_request(json.dumps({**MINIMAL, **fault}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        '{"events": 1}',
        '{"events": [{"type": "boom"}]}',
        '{"events": [{"type": ["x"]}]}',
        '{"events": [{"type": "text_delta"}]}',
        '{"events": [{"type": "text_delta", "text": "a", "more": 1}]}',
        '{"events": [3]}',
    ],
)
def test_what_is_no_batch_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode_batch(text)

"""What crosses Redis comes out as it went in, or not at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import (
    ChatMessage,
    ChoiceFinished,
    EngineEvent,
    EventBatch,
    FinishReason,
    GenerationRequest,
    PromptLogprobs,
    ResponseFormat,
    ResponseFormatKind,
    Role,
    SamplingParams,
    TextDelta,
    TokenLogprobs,
    ToolCall,
    ToolCallFinished,
    ToolChoice,
    ToolChoiceKind,
    ToolSpec,
    TopLogprob,
    Usage,
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
        repetition_penalty=st.floats(0.1, 2),
        logit_bias=st.dictionaries(st.integers(0, 99).map(str), st.floats(-100, 100), max_size=3),
        logprobs=st.none() | st.integers(0, 20),
        n=st.integers(1, 8),
        thinking_budget=st.none() | st.integers(0, 9999),
    ),
    response_format=st.none()
    | st.builds(
        ResponseFormat,
        kind=st.sampled_from(ResponseFormatKind),
        schema=st.none() | OBJECTS,
        pattern=st.none() | TEXT,
    ),
    tool_choice=st.none()
    | st.builds(ToolChoice, kind=st.sampled_from(ToolChoiceKind), name=st.none() | TEXT),
    resume_token_ids=st.lists(st.integers(0, 200_000), max_size=3).map(tuple),
)
LOGPROB = st.floats(-9999, 0)
TOKEN_LOGPROBS = st.lists(
    st.builds(
        TokenLogprobs,
        token_id=st.integers(0, 9),
        logprob=LOGPROB,
        top=st.lists(
            st.builds(TopLogprob, token_id=st.integers(0, 9), logprob=LOGPROB), max_size=2
        ).map(tuple),
    ),
    max_size=2,
).map(tuple)
USAGE = Usage(
    prompt_tokens=1,
    cached_tokens=2,
    completion_tokens=3,
    thinking_tokens=4,
    queue_ms=0.5,
    ttft_ms=1.5,
    duration_ms=2.5,
)
EVENTS: st.SearchStrategy[EngineEvent] = st.one_of(
    st.from_type(TextDelta),
    st.builds(ToolCallFinished, index=st.integers(0, 3), id=TEXT, name=TEXT, arguments=OBJECTS),
    st.builds(PromptLogprobs, start=st.integers(0, 9), logprobs=TOKEN_LOGPROBS),
    st.builds(ChoiceFinished, reason=st.sampled_from(FinishReason), usage=st.just(USAGE)),
)
MINIMAL = {"request_id": "r", "model": "m", "messages": []}


@given(request=REQUESTS)
def test_a_request_comes_out_as_it_went_in(request: GenerationRequest) -> None:
    assert decode_request(encode_request(request)) == request


@given(
    events=st.lists(EVENTS, max_size=4),
    tokens=st.lists(st.integers(0, 9), max_size=3),
    choice=st.integers(0, 7),
    logprobs=TOKEN_LOGPROBS,
)
def test_a_batch_comes_out_as_it_went_in(
    events: list[EngineEvent],
    tokens: list[int],
    choice: int,
    logprobs: tuple[TokenLogprobs, ...],
) -> None:
    batch = EventBatch(
        events=tuple(events), token_ids=tuple(tokens), choice=choice, logprobs=logprobs
    )
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
        ({"sampling": {"logit_bias": {"7": "much"}}}, "logit_bias"),
        ({"sampling": {"logit_bias": [7]}}, "logit_bias"),
        ({"sampling": {"n": 1.5}}, "n"),
        ({"response_format": {"kind": "yaml"}}, "response_format.kind"),
        ({"response_format": {}}, "response_format.kind"),
        ({"response_format": {"kind": "json_schema", "schema": []}}, "response_format.schema"),
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"tool_choice": {"kind": "named", "name": 3}}, "tool_choice.name"),
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

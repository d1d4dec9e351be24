import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import ErrorCode
from webapp.realtime.commands import (
    COMMAND_TYPES,
    MAX_FRAME_BYTES,
    AnyCommand,
    RefusedFrame,
    StartTurn,
    Subscribe,
    parse_command,
)

ID = str(uuid4())
REFUSALS = (
    ErrorCode.MALFORMED_FRAME,
    ErrorCode.UNKNOWN_COMMAND,
    ErrorCode.INVALID_REQUEST,
    ErrorCode.FRAME_TOO_LARGE,
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
COMMAND_LIKE = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(COMMAND_TYPES)) | JSON_VALUES},
    optional={
        name: JSON_VALUES | st.just(ID)
        for name in ("request", "turn", "text", "after", "id", "parent", "conversation", "model")
    },
)


def refusal_of(text: str) -> RefusedFrame:
    with pytest.raises(RefusedFrame) as caught:
        parse_command(text)
    return caught.value


@given(st.text() | JSON_VALUES.map(json.dumps) | COMMAND_LIKE.map(json.dumps))
def test_every_frame_is_a_command_or_refused_with_a_closed_code(text: str) -> None:
    outcome: AnyCommand | RefusedFrame
    try:
        outcome = parse_command(text)
    except RefusedFrame as refused:
        outcome = refused
    assert isinstance(outcome, AnyCommand) or outcome.code in REFUSALS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ErrorCode.MALFORMED_FRAME),
        ("{", ErrorCode.MALFORMED_FRAME),
        ("[]", ErrorCode.MALFORMED_FRAME),
        ("{}", ErrorCode.MALFORMED_FRAME),
        ('{"type": 7}', ErrorCode.MALFORMED_FRAME),
        ('{"type": "ping", "x": NaN}', ErrorCode.MALFORMED_FRAME),
        ('{"type": "x", "turn": "\\ud800"}', ErrorCode.MALFORMED_FRAME),
        ("[" * 60_000, ErrorCode.MALFORMED_FRAME),
        ('{"type": "turn.explode"}', ErrorCode.UNKNOWN_COMMAND),
        ('{"type": "ping", "extra": 1}', ErrorCode.INVALID_REQUEST),
        ('{"type": "subscribe", "turn": "me"}', ErrorCode.INVALID_REQUEST),
        ('{"type": "subscribe"}', ErrorCode.INVALID_REQUEST),
        (f'{{"type": "turn.stop", "turn": "{"a" * MAX_FRAME_BYTES}"}}', ErrorCode.FRAME_TOO_LARGE),
        (f'"{"é" * (MAX_FRAME_BYTES // 2)}"', ErrorCode.FRAME_TOO_LARGE),
    ],
)
def test_what_is_no_command_is_refused_by_name(text: str, code: ErrorCode) -> None:
    assert refusal_of(text).code is code


def test_a_frame_that_is_too_large_is_refused_by_the_request_it_names() -> None:
    frame = json.dumps({"type": "turn.start", "request": ID, "text": "x" * MAX_FRAME_BYTES})
    refused = refusal_of(frame)
    assert (refused.code, refused.request) == (ErrorCode.FRAME_TOO_LARGE, ID)


@pytest.mark.parametrize("character", ["x", "蜂", "🐝", "\n", '"'])
def test_the_longest_message_fits_in_a_frame_in_every_script(character: str) -> None:
    text = character * settings.MESSAGE_MAX_CHARACTERS
    frame = {"type": "turn.start", "request": ID, "conversation": ID, "parent": ID, "text": text}
    command = parse_command(json.dumps(frame, ensure_ascii=False))
    assert isinstance(command, StartTurn)
    assert command.text == text


@pytest.mark.parametrize("after", ["", "1", "1-", "-1", "1-1-1", "a-b", "1-1 ", "$", "9" * 40, 1])
def test_an_event_id_of_a_wrong_shape_is_refused(after: Any) -> None:
    frame = json.dumps({"type": "subscribe", "turn": ID, "after": after})
    refused = refusal_of(frame)
    assert refused.code is ErrorCode.INVALID_REQUEST
    assert refused.turn == ID


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": "hi", "user_message": ID},
        {"user_message": ID, "parent": ID},
        {"text": ["hi"]},
        {"text": "hi", "thinking": 1},
        {"text": "hi", "model": "m" * 101},
    ],
)
def test_a_turn_needs_exactly_one_source_of_the_right_type(fields: dict[str, Any]) -> None:
    request = str(uuid4())
    frame = json.dumps({"type": "turn.start", "request": request, **fields})
    refused = refusal_of(frame)
    assert refused.code is ErrorCode.INVALID_REQUEST
    assert refused.request == request


def test_well_formed_commands_are_read() -> None:
    start = parse_command(json.dumps({"type": "turn.start", "request": ID, "text": "hi"}))
    assert isinstance(start, StartTurn)
    assert start.thinking
    read = parse_command(json.dumps({"type": "subscribe", "turn": ID, "after": "2-17"}))
    assert isinstance(read, Subscribe)
    assert read.after == "2-17"

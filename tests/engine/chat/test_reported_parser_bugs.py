"""One test for each of the parser bugs that users of other engines reported.

Every response is parsed one, two, three and all tokens at a time, and cut in two at every place,
with identical outcome.
"""

import json
import logging

import pytest

from engine.chat.response_parser import ResponseParser
from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import (
    ChatMessage,
    Role,
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCall,
    ToolCallFinished,
    ToolCallStarted,
    ToolSpec,
)
from tests.engine.chat.responses import TOOLS, parse_every_way, response_ids

HTML = "<p class='a'>\n  1 < 2 && 漢字 🐝\n</p>\n"
CREATE_CALL = (
    "<tool_call>artifact_create\n<arg_key>title</arg_key>\n<arg_value>Bees</arg_value>\n"
    f"<arg_key>content</arg_key>\n<arg_value>{HTML}</arg_value>\n"
    "<arg_key>size</arg_key>\n<arg_value>3</arg_value>\n</tool_call>"
)
CREATE_EVENTS = [
    ToolCallStarted(index=0, id="call-0", name="artifact_create"),
    ToolArgumentDelta(index=0, key="title", text="Bees"),
    ToolArgumentDelta(index=0, key="content", text=HTML),
    ToolCallFinished(
        index=0,
        id="call-0",
        name="artifact_create",
        arguments={"title": "Bees", "content": HTML, "size": 3},
    ),
]


def test_bug_1_no_argument_is_lost_when_several_tokens_come_at_once(
    tokenizer: ChatTokenizer,
) -> None:
    response = CREATE_CALL + "<tool_call>artifact_list\n</tool_call>"
    events, parser = parse_every_way(tokenizer, response)
    assert events[: len(CREATE_EVENTS)] == CREATE_EVENTS
    assert events[len(CREATE_EVENTS) :] == [
        ToolCallStarted(index=1, id="call-1", name="artifact_list"),
        ToolCallFinished(index=1, id="call-1", name="artifact_list", arguments={}),
    ]
    assert parser.made_tool_call


def test_bug_2_the_name_and_the_arguments_stream_while_they_are_written(
    tokenizer: ChatTokenizer,
) -> None:
    parser = ResponseParser(tokenizer, TOOLS)
    name = response_ids(tokenizer, "<tool_call>artifact_create\n")
    assert parser.feed(name) == [ToolCallStarted(index=0, id="call-0", name="artifact_create")]
    parser.feed(response_ids(tokenizer, "<arg_key>content</arg_key>\n<arg_value>"))
    deltas = [parser.feed([token_id]) for token_id in tokenizer.encode_text("<b>one two</b>")]
    assert all(len(events) == 1 for events in deltas)
    texts = [delta.text for (delta,) in deltas if isinstance(delta, ToolArgumentDelta)]
    assert "".join(texts) == "<b>one two</b>"
    parse_every_way(tokenizer, CREATE_CALL)


@pytest.mark.parametrize("space", ["\n", "", "\n\n"])
def test_bug_3_a_call_without_arguments_does_not_vanish(
    tokenizer: ChatTokenizer, space: str
) -> None:
    events, parser = parse_every_way(tokenizer, f"<tool_call>artifact_list{space}</tool_call>")
    assert events == [
        ToolCallStarted(index=0, id="call-0", name="artifact_list"),
        ToolCallFinished(index=0, id="call-0", name="artifact_list", arguments={}),
    ]
    assert parser.made_tool_call


@pytest.mark.parametrize("end", ["\n</tool_call>", "<arg_key>x</arg_key></tool_call>"])
def test_bug_4_a_name_ends_only_at_a_newline_a_key_or_the_close_tag(
    tokenizer: ChatTokenizer, end: str
) -> None:
    events, _ = parse_every_way(tokenizer, f"<tool_call>artifact_create.v2-extra long{end}")
    assert events[0] == ToolCallStarted(index=0, id="call-0", name="artifact_create.v2-extra long")


def test_bug_5_a_call_inside_an_open_thinking_ends_the_thinking(tokenizer: ChatTokenizer) -> None:
    events, _ = parse_every_way(
        tokenizer, "\n<think>I will list.\n<tool_call>artifact_list\n</tool_call>"
    )
    assert events == [
        ThinkingDelta(text="I will list.\n"),
        ThinkingFinished(),
        ToolCallStarted(index=0, id="call-0", name="artifact_list"),
        ToolCallFinished(index=0, id="call-0", name="artifact_list", arguments={}),
    ]


def test_bug_6_an_answer_without_thinking_is_text(tokenizer: ChatTokenizer) -> None:
    events, parser = parse_every_way(tokenizer, "\nLima is the capital of Peru.")
    assert events == [TextDelta(text="Lima is the capital of Peru.")]
    assert parser.thinking_tokens == 0


def test_bug_6_a_prompt_that_opened_the_thinking_says_so(tokenizer: ChatTokenizer) -> None:
    events, _ = parse_every_way(tokenizer, "Peru.</think>\nLima.", thinking_open=True)
    assert events == [ThinkingDelta(text="Peru."), ThinkingFinished(), TextDelta(text="Lima.")]


def test_bug_7_every_response_starts_anew_whatever_the_last_one_left_open(
    tokenizer: ChatTokenizer,
) -> None:
    unfinished = ResponseParser(tokenizer, TOOLS)
    unfinished.feed(response_ids(tokenizer, "<think>a<tool_call>artifact_create\n<arg_key>"))
    third_turn = "\n<think>Now thinking.</think>\nNow text.</think> More."
    events, _ = parse_every_way(tokenizer, third_turn)
    assert events == [
        ThinkingDelta(text="Now thinking."),
        ThinkingFinished(),
        TextDelta(text="Now text. More."),
    ]


def test_bug_8_tokens_of_a_draft_that_were_not_accepted_leave_no_trace(
    tokenizer: ChatTokenizer,
) -> None:
    drafts = [response_ids(tokenizer, text) for text in ("<think>a b", " c</think>", "\nd e")]
    accepted = [draft[:2] for draft in drafts]
    parser = ResponseParser(tokenizer)
    events = [event for ids in accepted for event in parser.feed(ids)] + parser.finish()
    alone = ResponseParser(tokenizer)
    joined = [token_id for ids in accepted for token_id in ids]
    assert "".join(event.text for event in events if isinstance(event, ThinkingDelta)) == "".join(
        event.text
        for event in alone.feed(joined) + alone.finish()
        if isinstance(event, ThinkingDelta)
    )
    assert parser.thinking_tokens == alone.thinking_tokens > 0


def test_bug_9_thinking_ends_exactly_at_its_close_tag_in_the_middle_of_a_step(
    tokenizer: ChatTokenizer,
) -> None:
    parser = ResponseParser(tokenizer, TOOLS)
    step = response_ids(tokenizer, "<think>Count.</think>\nYes.<tool_call>artifact_list\n")
    assert parser.feed(step) == [
        ThinkingDelta(text="Count."),
        ThinkingFinished(),
        TextDelta(text="Yes."),
        ToolCallStarted(index=0, id="call-0", name="artifact_list"),
    ]
    assert parser.thinking_tokens == len(tokenizer.encode_text("Count."))
    parse_every_way(tokenizer, step)


@pytest.mark.parametrize("inside", ["", "\n", "\n\n  "])
def test_bug_10_an_empty_thinking_is_not_shown(tokenizer: ChatTokenizer, inside: str) -> None:
    events, _ = parse_every_way(tokenizer, f"\n<think>{inside}</think>\nHello.")
    assert events == [TextDelta(text="Hello.")]


def test_bug_11_arguments_are_decoded_once_and_encoded_once(
    tokenizer: ChatTokenizer, template: ChatTemplate
) -> None:
    options = {"speed": [1, 2], "label": 'a "b"'}
    call = (
        "<tool_call>artifact_create\n"
        f"<arg_key>options</arg_key>\n<arg_value>{json.dumps(options)}</arg_value>\n"
        f"<arg_key>content</arg_key>\n<arg_value>{json.dumps(options)}</arg_value>\n</tool_call>"
    )
    events, _ = parse_every_way(tokenizer, call)
    finished = events[-1]
    assert isinstance(finished, ToolCallFinished)
    assert finished.arguments == {"options": options, "content": json.dumps(options)}
    again = ToolCall(id=finished.id, name=finished.name, arguments=finished.arguments)
    message = ChatMessage(role=Role.ASSISTANT, tool_calls=(again,))
    prompt = template.render_ids((message,), (), thinking=True, tokenizer=tokenizer)
    assert call in tokenizer.decode(prompt)


@pytest.mark.parametrize(
    "call",
    [
        "<tool_call></tool_call>",
        "<tool_call>\n\n</tool_call>",
        "<tool_call>\n<arg_key>title</arg_key>\n<arg_value>x</arg_value>\n</tool_call>",
    ],
)
def test_bug_12_a_call_without_a_name_is_dropped_and_logged(
    tokenizer: ChatTokenizer, caplog: pytest.LogCaptureFixture, call: str
) -> None:
    with caplog.at_level(logging.WARNING, logger="engine.chat"):
        events, parser = parse_every_way(tokenizer, f"Hm.{call}\nWell.")
    assert events == [TextDelta(text="Hm.Well.")]
    assert not parser.made_tool_call
    assert "without a name" in caplog.text


def test_bug_13_every_tool_is_rendered_in_one_normal_form(
    tokenizer: ChatTokenizer, template: ChatTemplate
) -> None:
    tool = ToolSpec(name="list", description="Lists.", parameters={"type": "object"})
    message = ChatMessage(role=Role.USER, content="x")
    prompt = template.render_ids((message,), (tool,), thinking=True, tokenizer=tokenizer)
    line = tokenizer.decode(prompt).partition("<tools>\n")[2].partition("\n")[0]
    assert json.loads(line) == {
        "type": "function",
        "function": {"name": "list", "description": "Lists.", "parameters": {"type": "object"}},
    }


def test_bug_14_no_half_character_is_ever_streamed(tokenizer: ChatTokenizer) -> None:
    text = "漢字 🐝 é 👩‍🚀!"
    response = (
        f"<think>{text}</think>{text}<tool_call>artifact_create\n"
        f"<arg_key>content</arg_key>\n<arg_value>{text}</arg_value>\n</tool_call>"
    )
    parser = ResponseParser(tokenizer, TOOLS)
    steps = [parser.feed([token_id]) for token_id in response_ids(tokenizer, response)]
    assert "\ufffd" not in repr(steps)
    events, _ = parse_every_way(tokenizer, response)
    assert events[0] == ThinkingDelta(text=text)
    assert events[2] == TextDelta(text=text)
    assert events[4] == ToolArgumentDelta(index=0, key="content", text=text)

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.response_parser import ResponseParser
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import (
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
)
from engine.testing.tiny_tokenizer import SPECIAL_TOKENS, TAG_TOKENS
from tests.engine.chat.responses import TOOLS, parse_chunks, parse_every_way, response_ids

PIECES = st.one_of(
    st.sampled_from(
        (*TAG_TOKENS, *SPECIAL_TOKENS, "\n", "content", "artifact_create\n", "STOP", "ST", "OP")
    ),
    st.text(alphabet="a 1\n漢🐝<", max_size=4),
)


@given(data=st.data(), pieces=st.lists(PIECES, max_size=20), stops=st.booleans())
@settings(max_examples=200, deadline=None, database=None)
def test_any_tokens_in_any_chunking_give_the_same_events(
    tokenizer: ChatTokenizer, data: st.DataObject, pieces: list[str], stops: bool
) -> None:
    ids = response_ids(tokenizer, "".join(pieces))
    stop = ("STOP", "\n\n\n") if stops else ()
    expected, parser = parse_every_way(tokenizer, ids, stop=stop)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(ids)), max_size=6)))
    bounds = [0, *cuts, len(ids)]
    chunks = [ids[start:end] for start, end in itertools.pairwise(bounds)]
    other = ResponseParser(tokenizer, TOOLS, stop)
    assert parse_chunks(other, chunks) == expected
    assert other.stopped_by_string == parser.stopped_by_string
    names = [type(event) for event in expected]
    assert names.count(ToolCallStarted) - names.count(ToolCallFinished) in (0, 1)
    assert not any(getattr(event, "text", "text") == "" for event in expected)


def test_deltas_of_one_kind_in_one_feed_are_one_event(tokenizer: ChatTokenizer) -> None:
    parser = ResponseParser(tokenizer)
    assert parser.feed(tokenizer.encode_text("many tokens in one step")) == [
        TextDelta(text="many tokens in one step")
    ]


def test_blank_lines_around_tags_are_not_shown_and_indentation_is(
    tokenizer: ChatTokenizer,
) -> None:
    events, _ = parse_every_way(tokenizer, "\n<think>\n  plan\n\nmore</think>\n\n    code\n\nend")
    assert events == [
        ThinkingDelta(text="  plan\n\nmore"),
        ThinkingFinished(),
        TextDelta(text="    code\n\nend"),
    ]


def test_newlines_between_two_calls_make_no_text(tokenizer: ChatTokenizer) -> None:
    call = "<tool_call>artifact_list\n</tool_call>"
    events, _ = parse_every_way(tokenizer, f"\n{call}\n{call}\n<|observation|>")
    assert [type(event) for event in events] == [ToolCallStarted, ToolCallFinished] * 2


def test_tags_that_are_spelled_in_ordinary_tokens_are_text(tokenizer: ChatTokenizer) -> None:
    text = "Write <think> and <tool_call>x</tool_call>."
    events, parser = parse_every_way(tokenizer, tokenizer.encode_text(text))
    assert events == [TextDelta(text=text)]
    assert not parser.made_tool_call


def test_tags_inside_a_value_belong_to_the_value(tokenizer: ChatTokenizer) -> None:
    content = "<think></think><arg_key>/nothink</arg_key><tool_call><tool_response>"
    events, _ = parse_every_way(
        tokenizer,
        "<tool_call>artifact_create\n<arg_key>content</arg_key>\n"
        f"<arg_value>{content}</arg_value>\n</tool_call>",
    )
    assert events[1] == ToolArgumentDelta(index=0, key="content", text=content)


def test_the_newlines_of_a_value_are_kept(tokenizer: ChatTokenizer) -> None:
    events, _ = parse_every_way(
        tokenizer,
        "<tool_call>artifact_create\n<arg_key>content</arg_key>\n<arg_value>\n\n x \n</arg_value>"
        "\n</tool_call>",
    )
    assert events[1] == ToolArgumentDelta(index=0, key="content", text="\n\n x \n")


def test_an_argument_that_is_no_string_comes_only_when_the_call_is_complete(
    tokenizer: ChatTokenizer,
) -> None:
    events, _ = parse_every_way(
        tokenizer,
        "<tool_call>artifact_create\n<arg_key>size</arg_key>\n<arg_value>12</arg_value>\n"
        "</tool_call>",
    )
    assert [type(event) for event in events] == [ToolCallStarted, ToolCallFinished]
    assert isinstance(events[1], ToolCallFinished)
    assert events[1].arguments == {"size": 12}


def test_the_first_of_two_arguments_with_one_key_counts(tokenizer: ChatTokenizer) -> None:
    argument = "<arg_key>content</arg_key>\n<arg_value>{}</arg_value>\n"
    events, _ = parse_every_way(
        tokenizer,
        f"<tool_call>artifact_create\n{argument.format('one')}{argument.format('two')}</tool_call>",
    )
    assert events[1] == ToolArgumentDelta(index=0, key="content", text="one")
    assert isinstance(events[-1], ToolCallFinished)
    assert events[-1].arguments == {"content": "one"}


@pytest.mark.parametrize(
    "unclosed", ["<arg_key>content</arg_key>\n<arg_value>half", "<arg_key>con", "", "<arg_key>"]
)
def test_the_close_tag_ends_a_call_in_any_state(tokenizer: ChatTokenizer, unclosed: str) -> None:
    events, parser = parse_every_way(
        tokenizer, f"<tool_call>artifact_create\n{unclosed}</tool_call>after"
    )
    assert parser.made_tool_call
    assert events[-1] == TextDelta(text="after")
    assert isinstance(events[-2], ToolCallFinished)
    assert events[-2].arguments == ({"content": "half"} if "half" in unclosed else {})


def test_a_call_that_never_closes_is_not_a_call(tokenizer: ChatTokenizer) -> None:
    events, parser = parse_every_way(
        tokenizer, "<tool_call>artifact_create\n<arg_key>content</arg_key>\n<arg_value><p>half"
    )
    assert [type(event) for event in events] == [ToolCallStarted, ToolArgumentDelta]
    assert not parser.made_tool_call


def test_a_thinking_that_is_cut_off_is_finished(tokenizer: ChatTokenizer) -> None:
    events, _ = parse_every_way(tokenizer, "<think>half a")
    assert events == [ThinkingDelta(text="half a"), ThinkingFinished()]


def test_half_a_character_at_the_end_is_dropped(tokenizer: ChatTokenizer) -> None:
    ids = [*tokenizer.encode_text("ok"), tokenizer.encode_text("🐝")[0]]
    events, _ = parse_every_way(tokenizer, ids)
    assert events == [TextDelta(text="ok")]


def test_stop_tokens_are_never_text(tokenizer: ChatTokenizer) -> None:
    events, _ = parse_every_way(tokenizer, "Done.<|user|>")
    assert events == [TextDelta(text="Done.")]


def test_call_ids_carry_the_prefix(tokenizer: ChatTokenizer) -> None:
    events, _ = parse_every_way(
        tokenizer, "<tool_call>artifact_list\n</tool_call>", call_id_prefix="turn7"
    )
    assert events[0] == ToolCallStarted(index=0, id="turn7-0", name="artifact_list")


@pytest.mark.parametrize(
    ("text", "stop", "shown"),
    [
        ("one END two", ("END",), "one "),
        ("one EN two", ("END",), "one EN two"),
        ("one EN", ("END",), "one EN"),
        ("aab", ("ab",), "a"),
        ("x\n\ny", ("\n\n",), "x"),
        ("🐝漢字🐝", ("字",), "🐝漢"),
        ("first second", ("second", "first"), None),
        ("no stop", ("",), "no stop"),
    ],
)
def test_a_stop_string_is_never_leaked(
    tokenizer: ChatTokenizer, text: str, stop: tuple[str, ...], shown: str | None
) -> None:
    events, parser = parse_every_way(tokenizer, text, stop=stop)
    assert events == ([TextDelta(text=shown)] if shown else [])
    assert parser.stopped_by_string == (shown != text)


def test_stop_strings_act_on_visible_text_only(tokenizer: ChatTokenizer) -> None:
    response = (
        "<think>END</think>\n<tool_call>artifact_create\n<arg_key>content</arg_key>\n"
        "<arg_value>END</arg_value>\n</tool_call>\nEN"
    )
    events, parser = parse_every_way(tokenizer, response + "D more", stop=("END",))
    assert events[0] == ThinkingDelta(text="END")
    assert events[3] == ToolArgumentDelta(index=0, key="content", text="END")
    assert isinstance(events[-1], ToolCallFinished)
    assert parser.stopped_by_string

"""A turn of many rounds: what was written earlier makes room for what is being answered."""

import pytest

from engine.protocol import ChatMessage, Role, ToolCall
from webapp.artifacts.contents import prepare_content
from webapp.conversations.model_context import message_size, prompt_characters
from webapp.conversations.shortening import LEFT_OUT, shorten_turn
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind

PAGE = "<p>x</p>" * 500
ASK = ChatMessage(role=Role.USER, content="Make slides " * 100)


def round_of(number: int, content: str = PAGE) -> tuple[ChatMessage, ChatMessage]:
    arguments = {"deck": "d", "content": content}
    call = ToolCall(id=f"c{number}", name="insert_page", arguments=arguments)
    answer = f"Inserted d version {number}.\n" + "1| text\n" * 200
    return (
        ChatMessage(role=Role.ASSISTANT, content="Next.", tool_calls=(call,)),
        ChatMessage(role=Role.TOOL, content=answer, tool_call_id=call.id),
    )


def test_what_fits_is_left_alone() -> None:
    messages = (ASK, *round_of(1), *round_of(2))
    assert shorten_turn(messages, 100_000) == messages
    assert shorten_turn(messages, None) == messages


def test_the_oldest_texts_of_the_turn_go_first_and_the_last_round_stays() -> None:
    earlier = (ASK, ChatMessage(role=Role.ASSISTANT, content="words " * 500))
    messages = (*earlier, ASK, *round_of(1), *round_of(2), *round_of(3))
    context = 16_000
    shortened = shorten_turn(messages, context)
    assert sum(map(message_size, shortened)) <= prompt_characters(context)
    assert shortened[:3] == messages[:3]
    assert shortened[-2:] == messages[-2:]
    assert shortened[3].tool_calls[0].arguments == {"deck": "d", "content": LEFT_OUT}
    assert shortened[3].tool_calls[0].id == "c1"
    assert shortened[4].content == f"Inserted d version 1.\n{LEFT_OUT}"


@pytest.mark.parametrize("context", [1, 100, 4096])
def test_one_round_is_never_shortened(context: int) -> None:
    messages = (ASK, *round_of(1))
    assert shorten_turn(messages, context) == messages


def test_what_is_left_out_is_not_taken_for_a_text() -> None:
    with pytest.raises(InvalidInput):
        prepare_content(ArtifactKind.HTML, LEFT_OUT)

"""Starting turns: what is refused, what is stored, and that a resend changes nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from redis import Redis

from engine.protocol import ErrorCode
from engine.protocol.names import TURNS_QUEUE
from tests.factories import make_conversation, make_turn
from webapp.accounts.models import User
from webapp.conversations.models import Conversation, Message
from webapp.conversations.services import delete_conversation
from webapp.core.errors import AppError
from webapp.generation.door import MAX_OPEN_TURNS
from webapp.generation.models import Turn, TurnState
from webapp.generation.selectors import get_turn
from webapp.generation.services import regenerate_turn, start_turn, stop_turn


def refusal(**arguments: Any) -> ErrorCode:
    with pytest.raises(AppError) as refused:
        start_turn(**{"request_key": uuid4(), "text": "Hi", **arguments})
    return refused.value.code


def end(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(state=TurnState.FINISHED)


def test_nothing_is_begun_while_the_disk_is_full(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.core.storage.RESERVE_BYTES", 2**62)
    with pytest.raises(AppError) as refusal:
        start_turn(owner=alice, request_key=uuid4(), text="Hello")
    assert refusal.value.code is ErrorCode.STORAGE_FULL
    assert Turn.objects.count() == 0


def test_the_first_message_opens_a_conversation_named_after_it(alice: User, redis: Redis) -> None:
    text = "Make a Flappy Bird game\nwith pipes"
    turn = make_turn(alice, text)
    assert turn.conversation.title == "Make a Flappy Bird game"
    assert turn.user_message.parts == [{"kind": "text", "text": text}]
    assert turn.assistant_message.parent == turn.user_message
    assert redis.llen(TURNS_QUEUE) == 1


def test_a_resend_gives_the_same_turn_and_no_second_message(alice: User, redis: Redis) -> None:
    key = uuid4()
    first = start_turn(owner=alice, request_key=key, text="Hi")
    again = start_turn(owner=alice, request_key=key, text="Hi")
    assert first.pk == again.pk
    assert Message.objects.count() == 2
    assert redis.llen(TURNS_QUEUE) == 1


def test_the_same_key_of_another_person_is_another_turn(alice: User, bob: User) -> None:
    key = uuid4()
    hers = start_turn(owner=alice, request_key=key, text="Hi")
    assert start_turn(owner=bob, request_key=key, text="Hi").pk != hers.pk


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ErrorCode.MESSAGE_EMPTY),
        (" \n\t", ErrorCode.MESSAGE_EMPTY),
        ("x" * 32_001, ErrorCode.MESSAGE_TOO_LONG),
        ("a\0b", ErrorCode.INVALID_REQUEST),
        ("a\ud800b", ErrorCode.INVALID_REQUEST),
    ],
)
def test_text_that_no_model_should_read_is_refused(alice: User, text: str, code: ErrorCode) -> None:
    assert refusal(owner=alice, text=text) is code
    assert not Conversation.objects.exists()


def test_an_unknown_model_is_refused(alice: User) -> None:
    assert refusal(owner=alice, model="glm-5000") is ErrorCode.MODEL_NOT_FOUND


def test_a_second_turn_waits_for_the_first(alice: User) -> None:
    turn = make_turn(alice)
    assert refusal(owner=alice, conversation=turn.conversation_id) is ErrorCode.TURN_IN_PROGRESS
    assert Message.objects.count() == 2


def test_turns_of_different_conversations_run_side_by_side(alice: User) -> None:
    assert make_turn(alice).conversation_id != make_turn(alice).conversation_id


def test_an_edit_makes_a_sibling(alice: User) -> None:
    first = make_turn(alice)
    end(first)
    edited = start_turn(
        owner=alice, request_key=uuid4(), text="Other", conversation=first.conversation_id
    )
    assert edited.user_message.parent is None
    end(edited)
    follow_up = start_turn(
        owner=alice,
        request_key=uuid4(),
        text="More",
        conversation=first.conversation_id,
        parent=first.assistant_message_id,
    )
    assert follow_up.user_message.parent_id == first.assistant_message_id


def test_a_regenerated_answer_is_a_sibling_of_the_first(alice: User) -> None:
    first = make_turn(alice)
    end(first)
    second = regenerate_turn(
        owner=alice, request_key=uuid4(), user_message=first.user_message_id, thinking=False
    )
    assert second.assistant_message.parent_id == first.user_message_id
    assert second.assistant_message_id != first.assistant_message_id
    assert not second.thinking


def test_an_answer_cannot_be_regenerated_as_if_it_were_a_question(alice: User) -> None:
    first = make_turn(alice)
    end(first)
    with pytest.raises(AppError) as refused:
        regenerate_turn(owner=alice, request_key=uuid4(), user_message=first.assistant_message_id)
    assert refused.value.code is ErrorCode.INVALID_REQUEST


def test_a_message_follows_an_answer_of_its_own_conversation_only(alice: User) -> None:
    first = make_turn(alice)
    end(first)
    other = make_conversation(alice)
    place, answer = first.conversation_id, first.assistant_message_id
    asked = first.user_message_id
    assert refusal(owner=alice, conversation=other.pk, parent=answer) is ErrorCode.NOT_FOUND
    assert refusal(owner=alice, parent=answer) is ErrorCode.NOT_FOUND
    assert refusal(owner=alice, conversation=place, parent=asked) is ErrorCode.INVALID_REQUEST


def test_what_is_alices_does_not_exist_for_bob(alice: User, bob: User) -> None:
    turn = make_turn(alice)
    for attempt in (
        lambda: get_turn(owner=bob, turn_id=turn.pk),
        lambda: stop_turn(owner=bob, turn_id=turn.pk),
        lambda: start_turn(
            owner=bob, request_key=uuid4(), text="Hi", conversation=turn.conversation_id
        ),
        lambda: regenerate_turn(owner=bob, request_key=uuid4(), user_message=turn.user_message_id),
    ):
        with pytest.raises(AppError) as refused:
            attempt()
        assert refused.value.code is ErrorCode.NOT_FOUND
    assert Turn.objects.get().state == TurnState.QUEUED


def test_a_turn_of_a_deleted_conversation_is_not_found(alice: User) -> None:
    turn = make_turn(alice)
    delete_conversation(owner=alice, id=turn.conversation_id)
    with pytest.raises(AppError) as refused:
        get_turn(owner=alice, turn_id=turn.pk)
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_a_new_turn_moves_its_conversation_to_the_top(alice: User) -> None:
    turn = make_turn(alice)
    end(turn)
    long_ago = timezone.now() - timedelta(days=1)
    Conversation.objects.filter(pk=turn.conversation_id).update(updated_at=long_ago)
    make_turn(alice, conversation=turn.conversation_id)
    turn.conversation.refresh_from_db()
    assert turn.conversation.updated_at > long_ago


def test_one_person_cannot_keep_everybody_waiting(alice: User, bob: User, redis: Redis) -> None:
    turns = [make_turn(alice, "Hi") for _ in range(MAX_OPEN_TURNS)]

    assert refusal(owner=alice) is ErrorCode.RATE_LIMITED
    assert make_turn(bob, "Hi").state == TurnState.QUEUED
    end(turns[0])
    assert make_turn(alice, "Hi").state == TurnState.QUEUED

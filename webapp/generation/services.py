"""Starting and stopping turns."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from engine.protocol import ErrorCode
from engine.protocol.names import STREAM_TTL_SECONDS, turn_stop_key
from webapp.accounts.models import User
from webapp.catalog.selectors import find_model
from webapp.conversations.models import Conversation, Message, MessageRole
from webapp.conversations.selectors import get_conversation, get_message
from webapp.conversations.services import (
    add_assistant_message,
    add_user_message,
    create_conversation,
    touch_conversation,
)
from webapp.core.errors import AppError, Conflict, InvalidInput, NotFound
from webapp.core.redis import redis_client
from webapp.core.storage import refuse_when_full
from webapp.generation.doorbell import ring_turn
from webapp.generation.endings import Ending
from webapp.generation.finishing import end_unclaimed, stop_engine
from webapp.generation.models import OPEN_STATES, GenerationState, Turn, TurnState
from webapp.generation.quotas import refuse_beyond_quota
from webapp.generation.selectors import get_turn

# A quarter of the threads of a turns worker; beyond, the line would make persons take turns.
MAX_OPEN_TURNS = 8


def start_turn(
    *,
    owner: User,
    request_key: UUID,
    text: str,
    conversation: UUID | None = None,
    parent: UUID | None = None,
    model: str | None = None,
    thinking: bool = True,
) -> Turn:
    """Stores the message and a queued turn that answers it; the same `request_key` again gives
    the same turn. Without `conversation` a new one begins.

    Raises AppError with `message_empty`, `message_too_long`, `model_not_found`, `not_found`,
    `invalid_request` (a parent that no message can follow), `storage_full`, `quota_exceeded`,
    `queue_full` (too many wait), `turn_in_progress` or `rate_limited` (too many answers of this
    person at once).
    """
    known = _find_started(owner, request_key)
    if known is not None:
        return known
    _check_text(text)
    name = _choose_model(model)
    refuse_when_full()
    refuse_beyond_quota(owner)
    _refuse_when_line_is_full()
    try:
        with transaction.atomic():
            turn_id = _ring_on_commit()
            place = _open_conversation(owner, conversation, text)
            before = _find_parent(owner, place, parent, is_new=conversation is None)
            _refuse_second_turn(owner, place)
            message = add_user_message(conversation=place, parent=before, text=text)
            return _queue_turn(turn_id, owner, request_key, message, name, thinking)
    except IntegrityError as error:
        return _resolve_race(owner, request_key, error)


def regenerate_turn(
    *,
    owner: User,
    request_key: UUID,
    user_message: UUID,
    model: str | None = None,
    thinking: bool = True,
) -> Turn:
    """A queued turn that answers a stored user message once more, as a sibling.

    Raises AppError as `start_turn` does.
    """
    known = _find_started(owner, request_key)
    if known is not None:
        return known
    name = _choose_model(model)
    refuse_when_full()
    refuse_beyond_quota(owner)
    _refuse_when_line_is_full()
    try:
        with transaction.atomic():
            turn_id = _ring_on_commit()
            message = get_message(owner=owner, id=user_message)
            if message.role != MessageRole.USER:
                raise InvalidInput
            _refuse_second_turn(owner, message.conversation)
            touch_conversation(conversation=message.conversation)
            return _queue_turn(turn_id, owner, request_key, message, name, thinking)
    except IntegrityError as error:
        return _resolve_race(owner, request_key, error)


def stop_turn(*, owner: User, turn_id: UUID) -> None:
    """Ends a turn by the owner's wish; nothing happens to one that has ended. Raises NotFound."""
    turn = get_turn(owner=owner, turn_id=turn_id)
    if turn.state not in OPEN_STATES:
        return
    redis = redis_client()
    redis.set(turn_stop_key(str(turn.pk)), "1", ex=STREAM_TTL_SECONDS)
    is_queued = turn.state == TurnState.QUEUED
    if is_queued and end_unclaimed(turn=turn, ending=Ending(state=TurnState.STOPPED)):
        return
    stop_engine(redis, list(turn.generations.filter(state=GenerationState.RUNNING)))


def stop_conversation(*, owner: User, conversation: UUID) -> None:
    """Stops what is being written in a conversation of the owner, so that it may be deleted."""
    rows = Turn.objects.filter(owner=owner, conversation_id=conversation, state__in=OPEN_STATES)
    for turn_id in rows.values_list("pk", flat=True):
        stop_turn(owner=owner, turn_id=turn_id)


def _check_text(text: str) -> None:
    if not text.strip():
        raise InvalidInput(ErrorCode.MESSAGE_EMPTY)
    if len(text) > settings.MESSAGE_MAX_CHARACTERS:
        raise InvalidInput(ErrorCode.MESSAGE_TOO_LONG)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput


def _choose_model(model: str | None) -> str:
    name = model or settings.ATELIER_MODEL_NAME
    if name != settings.ATELIER_MODEL_NAME and find_model(name) is None:
        raise AppError(ErrorCode.MODEL_NOT_FOUND)
    return str(name)


def _find_started(owner: User, request_key: UUID) -> Turn | None:
    return Turn.objects.filter(owner=owner, request_key=request_key).first()


def _open_conversation(owner: User, id: UUID | None, text: str) -> Conversation:
    if id is None:
        return create_conversation(owner=owner, first_text=text)
    conversation = get_conversation(owner=owner, id=id)
    touch_conversation(conversation=conversation)
    return conversation


def _find_parent(
    owner: User, conversation: Conversation, parent: UUID | None, *, is_new: bool
) -> Message | None:
    if parent is None:
        return None
    message = get_message(owner=owner, id=parent)
    if is_new or message.conversation_id != conversation.pk:
        raise NotFound
    if message.role != MessageRole.ASSISTANT:
        raise InvalidInput
    return message


def _refuse_second_turn(owner: User, conversation: Conversation) -> None:
    open_turns = Turn.objects.filter(owner=owner, state__in=OPEN_STATES)
    if open_turns.filter(conversation=conversation).exists():
        raise Conflict(ErrorCode.TURN_IN_PROGRESS)
    if open_turns.count() >= MAX_OPEN_TURNS:
        sentence = f"You have {MAX_OPEN_TURNS} answers being written; wait for one or stop one."
        raise Conflict(ErrorCode.RATE_LIMITED, sentence)


def _refuse_when_line_is_full() -> None:
    """Who would wait for very long is told so, and may choose when to come again."""
    most = settings.ATELIER_MAX_WAITING_TURNS
    if Turn.objects.filter(state=TurnState.QUEUED).count() >= most:
        sentence = f"{most:,} answers are waited for already; try again in a moment."
        raise Conflict(ErrorCode.QUEUE_FULL, sentence)


def _ring_on_commit() -> UUID:
    """The id of the turn that this transaction will queue. Said first in the transaction, so that
    the doorbell rings before other pages are told that something changed."""
    turn_id = uuid4()
    transaction.on_commit(lambda: ring_turn(turn_id))
    return turn_id


def _queue_turn(
    id: UUID, owner: User, request_key: UUID, message: Message, model: str, thinking: bool
) -> Turn:
    return Turn.objects.create(
        id=id,
        owner=owner,
        conversation_id=message.conversation_id,
        user_message=message,
        assistant_message=add_assistant_message(parent=message),
        request_key=request_key,
        rung_at=timezone.now(),
        model=model,
        thinking=thinking,
    )


def _resolve_race(owner: User, request_key: UUID, error: IntegrityError) -> Turn:
    """Two commands at once: the same one again gives its turn, another one has to wait."""
    known = _find_started(owner, request_key)
    if known is None:
        raise Conflict(ErrorCode.TURN_IN_PROGRESS) from error
    return known

"""Starting and stopping turns."""

from collections.abc import Callable
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
from webapp.generation.door import refuse_at_the_door
from webapp.generation.doorbell import ring_turn
from webapp.generation.endings import Ending
from webapp.generation.finishing import end_unclaimed, stop_engine
from webapp.generation.models import OPEN_STATES, GenerationState, Turn, TurnState
from webapp.generation.selectors import get_turn


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

    def start() -> Turn:
        _check_text(text)
        name = _choose_model(model)
        refuse_when_full()
        with transaction.atomic():
            turn_id = _ring_on_commit()
            refuse_at_the_door(owner, conversation)
            place = _open_conversation(owner, conversation, text)
            before = _find_parent(owner, place, parent, is_new=conversation is None)
            message = add_user_message(conversation=place, parent=before, text=text)
            return _queue_turn(turn_id, owner, request_key, message, name, thinking)

    return _once(owner, request_key, start)


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

    def start() -> Turn:
        name = _choose_model(model)
        refuse_when_full()
        with transaction.atomic():
            turn_id = _ring_on_commit()
            message = get_message(owner=owner, id=user_message)
            if message.role != MessageRole.USER:
                raise InvalidInput
            refuse_at_the_door(owner, message.conversation_id)
            touch_conversation(owner_id=owner.pk, id=message.conversation_id)
            return _queue_turn(turn_id, owner, request_key, message, name, thinking)

    return _once(owner, request_key, start)


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


def _open_conversation(owner: User, id: UUID | None, text: str) -> Conversation:
    if id is None:
        return create_conversation(owner=owner, first_text=text)
    conversation = get_conversation(owner=owner, id=id)
    touch_conversation(owner_id=owner.pk, id=id)
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


def _once(owner: User, request_key: UUID, start: Callable[[], Turn]) -> Turn:
    """What `start` begins; where that is refused and `request_key` has begun a turn already, that
    one. Two commands of one conversation at once: one of them has to wait."""
    try:
        return start()
    except (AppError, IntegrityError) as error:
        known = Turn.objects.filter(owner=owner, request_key=request_key).first()
        if known is not None:
            return known
        if isinstance(error, IntegrityError):
            raise Conflict(ErrorCode.TURN_IN_PROGRESS) from error
        raise

"""Reading turns; every query of a person names the owner."""

from uuid import UUID

from webapp.accounts.models import User
from webapp.conversations.models import Conversation
from webapp.core.errors import NotFound
from webapp.core.events import PARTS, TurnEvent, TurnStarted
from webapp.core.streams import StreamId, parse_stream_id
from webapp.generation.endings import ending_of
from webapp.generation.models import OPEN_STATES, Turn


def get_turn(*, owner: User, turn_id: UUID) -> Turn:
    """The owner's turn. Raises NotFound if it is not there, deleted or another's."""
    rows = Turn.objects.select_related("assistant_message")
    turn = rows.filter(
        pk=turn_id,
        owner=owner,
        conversation__owner=owner,
        conversation__deleted_at=None,
    ).first()
    if turn is None:
        raise NotFound
    return turn


def list_turns(*, conversation: Conversation) -> dict[UUID, Turn]:
    """The conversation's turns by the assistant message that each writes."""
    rows = Turn.objects.filter(conversation=conversation)
    return {turn.assistant_message_id: turn for turn in rows}


def list_running_conversations(*, owner: User) -> set[UUID]:
    """Conversations of the owner in which an answer is being written."""
    rows = Turn.objects.filter(owner=owner, state__in=OPEN_STATES)
    return set(rows.values_list("conversation_id", flat=True))


def snapshot(turn: Turn) -> TurnStarted:
    """The event that shows what the database holds of this turn."""
    return TurnStarted(
        conversation=str(turn.conversation_id),
        user_message=str(turn.user_message_id),
        assistant_message=str(turn.assistant_message_id),
        parts=tuple(PARTS.validate_python(turn.assistant_message.parts)),
    )


def find_replay(turn: Turn) -> list[tuple[StreamId, TurnEvent]]:
    """An ended turn as the events that a reader of an expired stream gets: everything at once,
    then the terminal event under its own id. Empty while the turn is not ended."""
    if turn.state in OPEN_STATES or not turn.last_event_id:
        return []
    last = parse_stream_id(turn.last_event_id)
    before = StreamId(last.attempt, last.seq - 1)
    return [(before, snapshot(turn)), (last, ending_of(turn).event())]

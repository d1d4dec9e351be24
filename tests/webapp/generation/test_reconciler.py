"""The reconciler: nothing that nobody holds is left lying."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from redis import Redis

from engine.protocol.names import TURNS_QUEUE, turn_stream
from tests.factories import make_turn
from tests.scripted_engine import ScriptedEngine, say
from webapp.accounts.models import User
from webapp.conversations.models import Conversation
from webapp.core.events import TurnEvent, TurnFailed, TurnFinished
from webapp.core.streams import StreamId
from webapp.generation.models import Turn, TurnState
from webapp.generation.reconciler import reconcile

Run = Callable[[Turn], Turn]
Shown = Callable[[UUID], list[tuple[StreamId, TurnEvent]]]
LONG_AGO = timedelta(minutes=5)


def age(turn: Turn, **fields: object) -> None:
    past = timezone.now() - LONG_AGO
    Turn.objects.filter(pk=turn.pk).update(rung_at=past, **fields)


def test_a_lost_doorbell_is_rung_again_once(alice: User, redis: Redis) -> None:
    turn = make_turn(alice)
    redis.delete(TURNS_QUEUE)
    age(turn)
    reconcile()
    reconcile()
    assert redis.llen(TURNS_QUEUE) == 1


def test_a_turn_that_still_stands_in_the_queue_is_left_alone(alice: User, redis: Redis) -> None:
    age(make_turn(alice))
    reconcile()
    assert redis.llen(TURNS_QUEUE) == 1


def test_a_fresh_turn_is_left_alone(alice: User, redis: Redis) -> None:
    make_turn(alice)
    redis.delete(TURNS_QUEUE)
    reconcile()
    assert redis.llen(TURNS_QUEUE) == 0


def test_a_turn_whose_worker_died_is_taken_up_again(alice: User, redis: Redis, run: Run) -> None:
    turn = make_turn(alice)
    redis.delete(TURNS_QUEUE)
    past = timezone.now() - LONG_AGO
    age(turn, state=TurnState.RUNNING, attempt=1, lease_until=past)
    reconcile()
    assert redis.llen(TURNS_QUEUE) == 1
    with ScriptedEngine(redis, lambda _: say("Back")):
        turn = run(turn)
    assert (turn.state, turn.attempt) == (TurnState.FINISHED, 2)


def test_a_turn_that_is_held_is_left_alone(alice: User, redis: Redis) -> None:
    turn = make_turn(alice)
    redis.delete(TURNS_QUEUE)
    soon = timezone.now() + LONG_AGO
    age(turn, state=TurnState.RUNNING, attempt=3, lease_until=soon)
    reconcile()
    assert redis.llen(TURNS_QUEUE) == 0
    assert Turn.objects.get().state == TurnState.RUNNING


def test_a_turn_that_kills_its_workers_ends_in_a_sentence(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    past = timezone.now() - LONG_AGO
    attempts = settings.TURN_MAX_ATTEMPTS
    age(turn, state=TurnState.RUNNING, attempt=attempts, lease_until=past)
    assert run(turn).state == TurnState.RUNNING
    reconcile()
    reconcile()
    turn = Turn.objects.get()
    assert (turn.state, turn.error_code) == (TurnState.FAILED, "attempts_exhausted")
    events = shown(turn.pk)
    assert [str(id) for id, _ in events] == [f"{attempts + 1}-1", f"{attempts + 1}-2"]
    assert isinstance(events[-1][1], TurnFailed)
    assert turn.last_event_id == f"{attempts + 1}-2"


def test_a_terminal_event_that_was_not_written_is_written_later(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: say("Done")):
        turn = run(turn)
    whole = shown(turn.pk)
    redis.xdel(turn_stream(str(turn.pk)), turn.last_event_id)
    set_last_id = "return redis.call('XSETID', KEYS[1], ARGV[1])"
    redis.eval(set_last_id, 1, turn_stream(str(turn.pk)), str(whole[-2][0]))
    redis.persist(turn_stream(str(turn.pk)))
    age(turn, stream_closed=False, finished_at=timezone.now() - LONG_AGO)
    reconcile()
    assert shown(turn.pk) == whole
    assert isinstance(whole[-1][1], TurnFinished)
    assert redis.ttl(turn_stream(str(turn.pk))) > 0


def test_a_conversation_goes_for_good_after_seven_days(alice: User, redis: Redis) -> None:
    old, fresh = make_turn(alice), make_turn(alice)
    now = timezone.now()
    Conversation.objects.filter(pk=old.conversation_id).update(deleted_at=now - timedelta(days=8))
    Conversation.objects.filter(pk=fresh.conversation_id).update(deleted_at=now - timedelta(days=6))
    reconcile()
    assert list(Conversation.objects.values_list("pk", flat=True)) == [fresh.conversation_id]

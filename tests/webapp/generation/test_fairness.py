"""The line before the engine: persons take turns, places are told, and a full line says so."""

import importlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis

from engine.protocol import ErrorCode, GenerationRequest, Priority
from engine.protocol.codec import decode_request
from engine.protocol.names import TURNS_QUEUE, engine_queue, queue_lists
from tests.factories import make_turn
from tests.scripted_engine import ScriptedEngine, announce_worker, read_message, say
from webapp.accounts.models import User
from webapp.core.environment import celery_broker_url
from webapp.core.errors import AppError
from webapp.core.events import TurnEvent, TurnPhase, TurnStarted, TurnStatus
from webapp.core.streams import StreamId
from webapp.generation.doorbell import count_waiting, ring_engine
from webapp.generation.fairness import OpenTurn, fairness_key, order_fairly
from webapp.generation.line_caller import LineCaller
from webapp.generation.models import Turn, TurnState
from webapp.generation.services import stop_turn

Run = Callable[[Turn], Turn]
Shown = Callable[[UUID], list[tuple[StreamId, TurnEvent]]]
ALICE, BOB, CHARLIE = uuid4(), uuid4(), uuid4()
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def opened(*owners: UUID, running: int = 0) -> list[OpenTurn]:
    """Turns by age; the first `running` of them are being written."""
    return [
        OpenTurn(
            id=UUID(int=place),
            owner=owner,
            model="m",
            created_at=BEGIN + timedelta(seconds=place),
            is_waiting=place >= running,
        )
        for place, owner in enumerate(owners)
    ]


def order(turns: list[OpenTurn]) -> list[int]:
    return [turn.id.int for turn in order_fairly(turns)]


def places(events: list[tuple[StreamId, TurnEvent]]) -> list[int | None]:
    return [event.position for _, event in events if isinstance(event, TurnStatus)]


def wait_long(*turns: Turn) -> None:
    past = timezone.now() - timedelta(minutes=1)
    for number, turn in enumerate(turns):
        Turn.objects.filter(pk=turn.pk).update(created_at=past + timedelta(seconds=number))


def test_persons_take_turns() -> None:
    assert order(opened(ALICE, ALICE, ALICE, BOB, CHARLIE, BOB)) == [0, 3, 4, 1, 5, 2]


def test_who_is_being_answered_waits_behind_who_is_not() -> None:
    assert order(opened(ALICE, ALICE, ALICE, BOB, running=2)) == [3, 2]


def test_a_key_tells_no_owner_and_is_one_for_each() -> None:
    assert fairness_key(ALICE) == fairness_key(ALICE) != fairness_key(BOB)
    assert str(ALICE)[:8] not in fairness_key(ALICE)


def test_a_ring_takes_up_whoever_is_next(alice: User, bob: User, redis: Redis, run: Run) -> None:
    first, second, third = make_turn(alice), make_turn(alice), make_turn(bob)
    with ScriptedEngine(redis, lambda _: say("Hi")) as engine:
        for rung in (second, first, third):
            run(rung)
    assert Turn.objects.filter(state=TurnState.FINISHED).count() == 3
    starts = Turn.objects.order_by("started_at").values_list("pk", flat=True)
    assert list(starts) == [first.pk, second.pk, third.pk]
    keys = [request.fairness_key for request in engine.requests]
    assert keys == [fairness_key(alice.pk)] * 2 + [fairness_key(bob.pk)]


def test_the_place_in_line_counts_down_until_a_worker_takes_the_turn_up(
    alice: User, bob: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turns = [make_turn(alice), make_turn(alice), make_turn(bob)]
    wait_long(*turns)
    call = LineCaller()
    call()
    call()
    assert [places(shown(turn.pk)) for turn in turns] == [[1], [3], [2]]
    assert all(id.attempt == 0 for turn in turns for id, _ in shown(turn.pk))
    stop_turn(owner=alice, turn_id=turns[0].pk)
    call()
    assert [places(shown(turn.pk)) for turn in turns[1:]] == [[3, 1], [2]]
    with ScriptedEngine(redis, lambda _: say("Hi")):
        run(turns[2])
    call()
    events = shown(turns[1].pk)
    first = next((str(id), type(event)) for id, event in events if id.attempt == 1)
    assert first == ("1-1", TurnStarted)
    assert places([(id, event) for id, event in events if id.attempt == 0]) == [3, 1]
    assert places(shown(turns[2].pk)) == [2, 1]


def test_a_place_told_too_late_is_refused_by_the_stream(
    alice: User, redis: Redis, run: Run, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = make_turn(alice)
    wait_long(turn)
    turn.refresh_from_db()
    waiting = [
        OpenTurn(
            id=turn.pk,
            owner=alice.pk,
            model=turn.model,
            created_at=turn.created_at,
            is_waiting=True,
        )
    ]
    with ScriptedEngine(redis, lambda _: say("Hi")):
        run(turn)
    told = shown(turn.pk)
    monkeypatch.setattr("webapp.generation.line_caller.list_line", lambda: waiting)
    LineCaller()()
    assert shown(turn.pk) == told


def test_who_waits_for_the_engine_is_ahead(alice: User, redis: Redis, shown: Shown) -> None:
    turn = make_turn(alice)
    wait_long(turn)
    announce_worker(redis, turn.model, waiting=5)
    announce_worker(redis, "another", waiting=7)
    LineCaller()()
    ((_, event),) = shown(turn.pk)
    assert event == TurnStatus(phase=TurnPhase.QUEUED, position=6)


def test_who_is_taken_up_at_once_is_told_no_place(alice: User, redis: Redis, shown: Shown) -> None:
    turn = make_turn(alice)
    LineCaller(patience=timedelta(hours=1))()
    assert shown(turn.pk) == []


def test_a_full_line_refuses_with_a_sentence(
    alice: User, bob: User, redis: Redis, settings: Settings
) -> None:
    settings.ATELIER_MAX_WAITING_TURNS = 2
    first, _ = make_turn(alice), make_turn(alice)
    with pytest.raises(AppError) as refused:
        make_turn(bob)
    assert refused.value.code is ErrorCode.QUEUE_FULL
    assert refused.value.message == "2 answers are waited for already; try again in a moment."
    assert refused.value.retryable
    assert Turn.objects.count() == 2
    Turn.objects.filter(pk=first.pk).update(state=TurnState.RUNNING)
    assert make_turn(bob).state == TurnState.QUEUED
    assert redis.llen(TURNS_QUEUE) == 3


def test_a_worker_takes_the_messages_of_the_more_urgent_first(
    redis: Redis, settings: Settings
) -> None:
    sent = [Priority.BACKGROUND, Priority.TITLE, Priority.INTERACTIVE]
    for priority in sent:
        request = GenerationRequest(
            request_id=priority.name, model="m", messages=(), priority=priority
        )
        ring_engine(request)
    queue = engine_queue("m")
    assert count_waiting(queue) == 3
    kept: Any = [redis.lrange(key, 0, -1) for key in queue_lists(queue)]
    assert [[read_message(one).priority for one in messages] for messages in kept] == [
        [Priority.INTERACTIVE],
        [Priority.TITLE],
        [Priority.BACKGROUND],
        [],
    ]
    kombu: Any = importlib.import_module("kombu")  # half typed
    with kombu.Connection(celery_broker_url(settings.REDIS_URL)) as connection:
        bound = kombu.Queue(queue)(connection.default_channel)
        taken = [bound.get(no_ack=True, accept=["json"]) for _ in sent]
    assert [decode_id(message) for message in taken] == ["INTERACTIVE", "TITLE", "BACKGROUND"]


def decode_id(message: Any) -> str:
    return decode_request(message.payload[0][0]).request_id

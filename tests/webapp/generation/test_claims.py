"""Claims: one statement that takes up the next in line, whoever else claims at the same time."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
from redis import Redis

from engine.protocol import GenerationRequest
from tests.engine.worker.waiting import wait_for
from tests.factories import make_guest, make_turn
from tests.scripted_engine import ScriptedEngine, say
from webapp.accounts.models import User
from webapp.generation.doorbell import ring_engine
from webapp.generation.fairness import list_line
from webapp.generation.leases import Claim, LeaseKeeper, claim_next
from webapp.generation.models import Generation, Turn, TurnState
from webapp.generation.timing import Timing

NOBODY = UUID(int=0)
CLAIMERS = 6


def make_crowd(seed: int) -> None:
    """Turns of three persons with mixed ages; some run already."""
    chance = random.Random(seed)
    for person in range(3):
        owner = make_guest(f"Guest {person}")
        for _ in range(chance.randint(1, 4)):
            turn = make_turn(owner)
            at = timezone.now() - timedelta(seconds=chance.randint(0, 3))
            runs = chance.random() < 0.3
            lease = timezone.now() + timedelta(minutes=1) if runs else None
            state = TurnState.RUNNING if runs else TurnState.QUEUED
            Turn.objects.filter(pk=turn.pk).update(
                created_at=at, state=state, attempt=int(runs), lease_until=lease
            )


def test_a_lease_is_renewed_from_keep_on_until_the_turn_is_another_s(
    alice: User, redis: Redis
) -> None:
    turn = make_turn(alice)
    timing = Timing(lease=60.0, lease_renewal=0.01)
    claim = claim_next(turn.pk, timing)
    assert claim is not None
    rows = Turn.objects.filter(pk=turn.pk)
    short = timezone.now() + timedelta(seconds=10)
    rows.update(lease_until=short)
    with LeaseKeeper(claim.turn, timing) as lease:
        lease.keep()
        lease.keep()
        wait_for(lambda: rows.filter(lease_until__gt=short).exists(), "a renewal")
        assert not lease.lost
        rows.update(attempt=2)
        wait_for(lambda: lease.lost, "the loss")


def test_a_lease_that_was_never_kept_ends_in_silence(alice: User, redis: Redis) -> None:
    turn = make_turn(alice)
    claim = claim_next(turn.pk, Timing())
    assert claim is not None
    with LeaseKeeper(claim.turn, Timing()) as lease:
        assert not lease.lost


@pytest.mark.parametrize("seed", range(6))
def test_the_statement_takes_them_in_the_order_of_the_line(
    transactional_db: None, redis: Redis, seed: int
) -> None:
    make_crowd(seed)
    while line := list_line():
        claim = claim_next(NOBODY, Timing())
        assert claim is not None
        assert claim.turn.pk == line[0].id
        assert claim.turn.attempt == 1
        assert claim.turn.state == TurnState.RUNNING
    assert claim_next(NOBODY, Timing()) is None


def test_a_first_claim_has_its_generation_and_a_later_one_looks_for_it(
    alice: User, redis: Redis
) -> None:
    turn = make_turn(alice)
    first = claim_next(turn.pk, Timing())
    assert first is not None
    assert first.generation == Generation.objects.get(turn=turn, ordinal=1)
    Turn.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim_next(turn.pk, Timing())
    assert second is not None
    assert (second.turn.attempt, second.generation) == (2, None)
    assert second.turn.started_at == first.turn.started_at


def test_the_dead_go_before_the_line_and_the_given_up_are_left(
    alice: User, bob: User, redis: Redis
) -> None:
    lost, waiting = make_turn(alice), make_turn(bob)
    past = timezone.now() - timedelta(seconds=1)
    rows = Turn.objects.filter(pk=lost.pk)
    rows.update(state=TurnState.RUNNING, attempt=1, lease_until=past)
    claim = claim_next(lost.pk, Timing())
    assert claim is not None
    assert claim.turn.pk == lost.pk
    rows.update(attempt=settings.TURN_MAX_ATTEMPTS, lease_until=past)
    claim = claim_next(lost.pk, Timing())
    assert claim is not None
    assert claim.turn.pk == waiting.pk


def test_nobody_takes_what_another_has_taken(transactional_db: None, redis: Redis) -> None:
    turns = {make_turn(make_guest(f"Guest {number}")).pk for number in range(CLAIMERS)}

    def claim(_number: int) -> Claim | None:
        try:
            return claim_next(NOBODY, Timing())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLAIMERS) as pool:
        claims = list(pool.map(claim, range(CLAIMERS)))
    assert sorted(claim.turn.pk for claim in claims if claim is not None) == sorted(turns)
    assert Generation.objects.count() == CLAIMERS


def test_few_statements_stand_before_the_engine(
    alice: User, redis: Redis, run: Callable[[Turn], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What many new chats at once wait for. Whoever adds one should know that."""
    statements: list[str] = []
    asked_after: list[int] = []

    def note(execute: Any, sql: str, *arguments: Any) -> Any:
        # Only SQLite is told by a statement that a transaction begins.
        if not sql.startswith("BEGIN"):
            statements.append(sql)
        return execute(sql, *arguments)

    def ring(request: GenerationRequest) -> None:
        asked_after.append(len(statements))
        ring_engine(request)

    monkeypatch.setattr("webapp.generation.runner.ring_engine", ring)
    with connection.execute_wrapper(note), ScriptedEngine(redis, lambda _: say("Hi")):
        turn = make_turn(alice)
        assert len(statements) == 5, statements
        run(turn)
    assert asked_after[0] == 5 + 3, statements

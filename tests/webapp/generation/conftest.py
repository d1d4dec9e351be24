"""Turns are tested whole: real rows, real Redis, a scripted engine."""

from collections.abc import Callable
from threading import Event
from uuid import UUID

import pytest
from redis import Redis

from tests.factories import make_guest
from webapp.accounts.models import User
from webapp.core.events import TURN_EVENT, TurnEvent
from webapp.core.streams import StreamId, read_after
from webapp.generation.models import Turn
from webapp.generation.runner import run_turn
from webapp.generation.timing import Timing

QUICK = Timing(
    lease=20.0,
    lease_renewal=5.0,
    checkpoint=0.0,
    poll_ms=10,
    stop_check=0.0,
    engine_check=0.0,
    engine_lost_after=0.05,
    engine_stop_grace=1.0,
    worker_grace=0.05,
    ring_again_after=0.05,
)


@pytest.fixture
def alice(transactional_db: None, redis: Redis) -> User:
    return make_guest("Alice")


@pytest.fixture
def bob(transactional_db: None, redis: Redis) -> User:
    return make_guest("Bob")


@pytest.fixture
def draining() -> Event:
    """Set it to make the turns worker leave its turn."""
    return Event()


@pytest.fixture
def run(draining: Event) -> Callable[[Turn], Turn]:
    """Does a turn as a turns worker would, and returns its row."""

    def run(turn: Turn) -> Turn:
        run_turn(turn.pk, draining=draining, timing=QUICK)
        return Turn.objects.select_related("assistant_message").get(pk=turn.pk)

    return run


@pytest.fixture
def shown(redis: Redis) -> Callable[[UUID], list[tuple[StreamId, TurnEvent]]]:
    """Everything that the stream of a turn holds."""

    def shown(turn_id: UUID) -> list[tuple[StreamId, TurnEvent]]:
        entries = read_after(redis, f"turn:{turn_id}", "0-0", count=10_000)
        return [(entry.id, TURN_EVENT.validate_json(entry.fields["event"])) for entry in entries]

    return shown

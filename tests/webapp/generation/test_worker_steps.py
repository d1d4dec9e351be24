"""A turns worker says that it lives, and reconciles."""

from threading import Event

import pytest
from redis import Redis

from engine.protocol.names import TURNS_WORKER_KEY, WORKER_TTL_SECONDS
from webapp.generation.worker_steps import TurnsHousekeeping


def test_a_worker_beats_and_reconciles_until_it_ends(
    transactional_db: None, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconciled = Event()
    monkeypatch.setattr("webapp.generation.reconciler.reconcile", reconciled.set)
    step = TurnsHousekeeping(None)
    step.start(None)
    assert reconciled.wait(5)
    step.stop(None)
    assert 0 < int(redis.ttl(TURNS_WORKER_KEY)) <= WORKER_TTL_SECONDS

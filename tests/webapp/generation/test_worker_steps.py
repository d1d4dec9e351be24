"""A turns worker says that it lives, and reconciles."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier, Event

import pytest
from django.db import connections
from redis import Redis

from engine.protocol.names import TURNS_WORKER_KEY, WORKER_TTL_SECONDS
from webapp.generation.warming import warm_up
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


def test_all_threads_come_up_each_with_a_connection(transactional_db: None, redis: Redis) -> None:
    """Of Redis they are as many as threads, and where connections to the database are kept no
    thread opens its own when it has work."""
    are_kept = connections["default"].settings_dict["CONN_MAX_AGE"] is None
    opened = len(redis.client_list())
    barrier, has_connection = Barrier(6), []

    def look() -> None:
        barrier.wait(10)
        has_connection.append(connections["default"].connection is not None)
        connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert not wait(warm_up(pool, 6), timeout=10).not_done
        assert len(redis.client_list()) >= min(opened + 5, 6)
        assert not wait([pool.submit(look) for _ in range(6)], timeout=10).not_done
    assert has_connection == [are_kept] * 6

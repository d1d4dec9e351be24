"""A real turns worker, as a process: it does turns, dies, leaves, and others go on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.utils import timezone
from redis import Redis

from engine.protocol.names import TURNS_QUEUE, turn_stream
from tests.database import database_url
from tests.engine.worker.waiting import wait_for
from tests.factories import make_guest, make_turn
from tests.scripted_engine import Do, ScriptedEngine, Step, say
from tests.webapp.generation.test_turns import Shown, assert_consistent
from webapp.accounts.models import User
from webapp.core.events import PARTS, TERMINAL_TYPES, TextPart
from webapp.core.streams import read_after
from webapp.generation.doorbell import count_waiting
from webapp.generation.models import Turn, TurnState
from webapp.generation.turn_stream import FIELD

THREADS = 4
PROJECT = Path(__file__).resolve().parents[3]
COMMAND = ("-m", "celery", "-A", "webapp.config.celery", "worker")
OPTIONS = ("-P", "threads", "-c", str(THREADS), "-Q", TURNS_QUEUE, "-n", "turns@test")


@contextmanager
def turns_worker() -> Iterator[subprocess.Popen[bytes]]:
    """The worker that `manage.py serve` starts, on the database and the Redis of the test."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
        "ATELIER_HOME": str(settings.ATELIER_HOME),
        "REDIS_URL": settings.REDIS_URL,
        "DATABASE_URL": database_url(),
    }
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "ERROR")
    process = subprocess.Popen(
        [sys.executable, *COMMAND, *OPTIONS, *quiet], cwd=PROJECT, env=environment
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_end(redis: Redis, turn: Turn) -> Turn:
    """Reads the turn's stream as a page does, up to its terminal event."""
    after = "0-0"
    for _ in range(200):
        for entry in read_after(redis, turn_stream(str(turn.pk)), after, block_ms=200):
            after = str(entry.id)
            if any(f'"type":"{type}"' in entry.fields[FIELD] for type in TERMINAL_TYPES):
                return wait_for_close(turn)
    raise AssertionError("the turn did not end")


def wait_for_close(turn: Turn) -> Turn:
    for _ in range(500):
        row = Turn.objects.select_related("assistant_message").get(pk=turn.pk)
        if row.stream_closed or Event().wait(0.01):
            return row
    raise AssertionError("the stream was not closed")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_that_goes_in_mid_answer_is_followed_by_another(
    alice: User, redis: Redis, shown: Shown, end: signal.Signals
) -> None:
    turn = make_turn(alice)
    words = say("one two three four five", thinking="so so")
    half, gone = Event(), Event()
    steps: list[Step] = [*words[:6], Do(half.set), Do(lambda: gone.wait(30)), *words[6:]]
    with ScriptedEngine(redis, lambda _: steps) as engine:
        with turns_worker() as first:
            assert half.wait(30)
            first.send_signal(end)
            first.wait(timeout=20)
        if end is signal.SIGKILL:
            let_the_lease_run_out(turn)
        gone.set()
        with turns_worker() as second:
            row = wait_for_end(redis, turn)
            second.send_signal(signal.SIGTERM)
            assert second.wait(timeout=20) == 0
    assert row.attempt == 2
    assert len(engine.requests) == 1
    assert PARTS.validate_python(row.assistant_message.parts)[-1] == TextPart(
        text="one two three four five"
    )
    assert_consistent(row, shown(turn.pk))


@pytest.mark.usefixtures("transactional_db", "redis")
def test_a_busy_worker_leaves_the_rings_to_another() -> None:
    for _ in range(3 * THREADS):
        make_turn(make_guest())
    running = Turn.objects.filter(state=TurnState.RUNNING)
    with turns_worker():
        # No engine is there, so nobody gets further.
        wait_for(lambda: running.count() == THREADS, "the threads to be busy")
        Event().wait(0.5)
        assert count_waiting(TURNS_QUEUE) >= 2 * THREADS
        assert running.count() == THREADS


def let_the_lease_run_out(turn: Turn) -> None:
    past = timezone.now() - timedelta(seconds=30)
    assert Turn.objects.filter(pk=turn.pk, lease_until__gt=past).update(
        lease_until=past, rung_at=past
    )

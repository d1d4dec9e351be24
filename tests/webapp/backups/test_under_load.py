"""A backup is taken while answers are written: what was shown as finished by then is in it."""

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from redis import Redis

from tests.factories import make_guest, make_turn
from tests.scripted_engine import ScriptedEngine, say
from tests.webapp.backups.installation import Installation
from tests.webapp.generation.conftest import QUICK
from webapp.core.streams import read_after
from webapp.generation.models import Turn
from webapp.generation.runner import run_turn

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 3
TURNS_BEFORE = 4


class Person(threading.Thread):
    """Asks one question after the other and notes each answer that was shown as finished."""

    def __init__(self, redis: Redis, ended: threading.Event) -> None:
        super().__init__()
        self._redis = redis
        self._ended = ended
        self.finished: list[tuple[UUID, UUID]] = []
        self.failures: list[BaseException] = []

    def run(self) -> None:
        try:
            guest = make_guest()
            while not self._ended.is_set():
                turn = make_turn(guest)
                run_turn(turn.pk, draining=threading.Event(), timing=QUICK)
                # Whoever is next in line was taken up: this turn may be another thread's work.
                self._wait_for_end(f"turn:{turn.pk}")
                self.finished.append((turn.user_message_id, turn.assistant_message_id))
        except BaseException as error:
            self.failures.append(error)
            raise
        finally:
            connection.close()

    def _wait_for_end(self, stream: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            entries = read_after(self._redis, stream, "0-0", count=1000)
            if entries and '"turn.finished"' in entries[-1].fields["event"]:
                return
            time.sleep(0.01)
        raise TimeoutError(stream)


def wait_for_turns(people: list[Person], count: int) -> None:
    while any(len(one.finished) < count for one in people):
        assert not any(one.failures for one in people)
        threading.Event().wait(0.01)


def test_every_answer_shown_as_finished_before_the_backup_is_in_it(
    home: Path, tmp_path: Path, redis: Redis
) -> None:
    answer: Callable[[object], object] = lambda _: say("one two three", thinking="so")  # noqa: E731
    ended = threading.Event()
    people = [Person(redis, ended) for _ in range(WRITERS)]
    backups = []
    with ScriptedEngine(redis, answer):  # type: ignore[arg-type]
        for person in people:
            person.start()
        for number in range(3):
            wait_for_turns(people, TURNS_BEFORE * (number + 1))
            shown = [pair for one in people for pair in list(one.finished)]
            path = tmp_path / f"backup-{number}"
            call_command("backup", str(path), stderr=io.StringIO())
            backups.append((path, shown))
        went_on = sum(len(one.finished) for one in people)
        wait_for_turns(people, TURNS_BEFORE * 3 + 1)
        ended.set()
        for person in people:
            person.join()
    assert not any(one.failures for one in people)
    assert went_on >= len(backups[-1][1])
    assert Turn.objects.count() > len(backups[0][1])
    path, shown = backups[1]
    one = Installation(tmp_path / "restored")
    one.restore(path)
    messages = one.messages()
    for question, answered in shown:
        assert messages[question.hex] == [{"kind": "text", "text": "Make a game"}]
        assert messages[answered.hex][-1]["text"] == "one two three"
    assert one.query("PRAGMA foreign_key_check") == []
    assert one.query("PRAGMA integrity_check") == [("ok",)]

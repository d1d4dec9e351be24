import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError

from engine.protocol.last_words import GIVES_UP
from engine.protocol.names import worker_exit_key
from webapp.serving.child_process import ChildSpec
from webapp.serving.exit_notes import ExitNotes, describe_exit


class Notes:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, int]] = {}

    def set(self, key: str, value: str, *, ex: int) -> None:
        self.kept[key] = (value, ex)


class Away:
    def set(self, *_arguments: object, **_options: object) -> None:
        raise ConnectionError


@pytest.fixture
def spec(tmp_path: Path) -> Callable[[str | None], ChildSpec]:
    def make(worker_id: str | None) -> ChildSpec:
        return ChildSpec(
            name="engine",
            command=(),
            environment={},
            log=tmp_path / "engine.log",
            folder=tmp_path,
            worker_id=worker_id,
        )

    return make


@pytest.mark.parametrize(
    ("exit_code", "sentence"),
    [
        (-signal.SIGKILL, "Its process was ended by SIGKILL."),
        (-signal.SIGSEGV, "Its process was ended by SIGSEGV."),
        (-99, "Its process was ended by signal 99."),
        (0, "Its process ended in order."),
        (1, "Its process ended with exit code 1."),
        (78, "The file is damaged."),
        (75, "The file is damaged."),
    ],
)
def test_an_exit_is_told_by_its_signal_its_own_word_or_its_code(
    spec: Callable[[str | None], ChildSpec], exit_code: int, sentence: str
) -> None:
    engine = spec("engine@host")
    line = {"level": "critical", "event": GIVES_UP, "reason": "The file is damaged."}
    engine.log.write_text(f"noise\n{json.dumps(line)}\nnoise of one that {GIVES_UP}\n")
    assert describe_exit(engine, exit_code) == sentence


def test_without_a_word_of_its_own_the_code_is_told(
    spec: Callable[[str | None], ChildSpec],
) -> None:
    assert describe_exit(spec("engine@host"), 78) == "Its process ended with exit code 78."


def test_only_workers_with_an_id_are_noted_and_a_hang_is_told_as_such(
    spec: Callable[[str | None], ChildSpec],
) -> None:
    kept: Any = Notes()
    notes = ExitNotes(kept)
    notes.note(spec(None), 1, None)
    assert kept.kept == {}
    notes.note(spec("engine@host"), -9, "It hung.")
    assert kept.kept == {worker_exit_key("engine@host"): ("It hung.", 24 * 3600)}


def test_a_redis_that_is_away_hinders_nothing(spec: Callable[[str | None], ChildSpec]) -> None:
    away: Any = Away()
    ExitNotes(away).note(spec("engine@host"), 1, None)

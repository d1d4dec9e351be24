"""Who is writing lets those go first who begin, once something of the own answer shows."""

import time
from dataclasses import replace
from threading import Event
from types import SimpleNamespace

import pytest
from redis import Redis

from engine.protocol import GenerationRequest, TextDelta
from tests.factories import make_turn
from tests.scripted_engine import Do, ScriptedEngine, Step, finished
from tests.webapp.generation.conftest import QUICK
from webapp.accounts.models import User
from webapp.generation import runner
from webapp.generation.models import Turn, TurnState
from webapp.generation.runner import run_turn
from webapp.generation.turnstile import Turnstile

GIVE_WAY = 0.25


class Naps:
    """Stands for the runner's clock: nobody really sleeps. `taken` is set with the first nap."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds: list[float] = []
        self.taken = Event()
        clock = SimpleNamespace(monotonic=time.monotonic, sleep=self._sleep)
        monkeypatch.setattr(runner, "time", clock)

    def _sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.taken.set()


class Crowd(Turnstile):
    """Somebody begins all the time."""

    @property
    def is_quiet(self) -> bool:
        return False


def test_who_writes_gives_way_after_the_first_words_only(
    alice: User, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = Naps(monkeypatch)
    before_words: list[float] = []

    def answer(_request: GenerationRequest) -> list[Step]:
        return [
            # The turn looks for an answer again and again meanwhile.
            Do(lambda: time.sleep(0.1)),
            Do(lambda: before_words.extend(naps.seconds)),
            TextDelta(text="One, "),
            Do(lambda: naps.taken.wait(30)),
            TextDelta(text="two."),
            finished(),
        ]

    turn = make_turn(alice)
    with ScriptedEngine(redis, answer):
        timing = replace(QUICK, give_way=GIVE_WAY)
        run_turn(turn.pk, draining=Event(), timing=timing, turnstile=Crowd())
    assert Turn.objects.get(pk=turn.pk).state == TurnState.FINISHED
    assert before_words == []
    assert set(naps.seconds) == {GIVE_WAY}


def test_nobody_gives_way_to_nobody(
    alice: User, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = Naps(monkeypatch)
    turn = make_turn(alice)
    script: list[Step] = [TextDelta(text="One, "), TextDelta(text="two."), finished()]
    with ScriptedEngine(redis, lambda _request: script):
        run_turn(turn.pk, draining=Event(), timing=QUICK, turnstile=Turnstile())
    assert Turn.objects.get(pk=turn.pk).state == TurnState.FINISHED
    assert naps.seconds == []

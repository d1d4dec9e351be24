"""A message to the engine that nobody answers: lost on its way, or only waiting."""

from dataclasses import dataclass, field

import pytest
from redis import Redis

from engine.protocol import ChatMessage, GenerationRequest, Role
from tests.factories import make_turn
from webapp.accounts.models import User
from webapp.catalog.selectors import ServedModel
from webapp.generation.engine_client import EngineClient, EngineLink
from webapp.generation.models import Generation
from webapp.generation.timing import Timing

READY = ServedModel(name="glm-nano", context_length=4096, ready=True)
TIMING = Timing(poll_ms=1, engine_check=0, ring_again_after=10, worker_grace=900, first_event=900)


class Over(Exception):
    """The time that is looked at is over."""


@dataclass
class Scene:
    """Seconds pass one by one; from `ready_at` there is an engine, from `fetched_at` an empty
    queue, and never an answer."""

    redis: Redis
    generation: Generation
    ready_at: float
    fetched_at: float
    now: float = 0.0
    end: float = 0.0
    rung_at: list[float] = field(default_factory=list)

    def play(self, seconds: float) -> list[float]:
        """When the engine was asked within so many seconds."""
        self.end = seconds
        request = GenerationRequest(
            request_id="", model="glm-nano", messages=(ChatMessage(role=Role.USER, content="Hi"),)
        )
        client = EngineClient(
            link=EngineLink(
                redis=self.redis,
                ring=lambda _: self.rung_at.append(self.now),
                find_model=lambda _: READY if self.now >= self.ready_at else None,
                count_waiting=lambda _: int(self.now < self.fetched_at),
                clock=lambda: self.now,
                timing=TIMING,
                max_losses=3,
            ),
            generation=self.generation,
            request=request,
            watch=self,
            on_live=lambda: None,
            on_wait=lambda: None,
            on_start_over=lambda: None,
        )
        with pytest.raises(Over):
            list(client.events(is_new=True))
        return self.rung_at

    def check(self) -> None:
        self.now += 1
        if self.now > self.end:
            raise Over

    def is_stopped(self, *, look_now: bool = False) -> bool:
        return False


@pytest.fixture
def generation(alice: User) -> Generation:
    return Generation.objects.create(turn=make_turn(alice), ordinal=0)


def test_a_lost_message_is_sent_again_after_ten_seconds(
    redis: Redis, generation: Generation
) -> None:
    scene = Scene(redis, generation, ready_at=0, fetched_at=0)
    assert scene.play(15) == [0.0, 11.0]
    assert generation.losses == 1


def test_a_message_that_a_late_engine_has_just_fetched_is_not_doubted(
    redis: Redis, generation: Generation
) -> None:
    scene = Scene(redis, generation, ready_at=30, fetched_at=31)
    assert scene.play(40) == [0.0]
    assert generation.losses == 0


def test_doubt_begins_anew_with_the_next_engine(redis: Redis, generation: Generation) -> None:
    scene = Scene(redis, generation, ready_at=30, fetched_at=0)
    assert scene.play(45) == [0.0, 40.0]

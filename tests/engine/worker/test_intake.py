"""What becomes of a payload from the queue, told without an engine."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import EngineUnavailable
from engine.protocol import (
    ChatMessage,
    ErrorCode,
    EventBatch,
    Finished,
    FinishReason,
    GenerationRequest,
    Priority,
    Role,
    Usage,
)
from engine.protocol.codec import encode_request
from engine.worker.active_requests import ActiveRequests
from engine.worker.event_writer import EventWriter
from engine.worker.intake import Intake, Sink
from engine.worker.ledger import Ledger
from tests.engine.worker.redis_server import RedisServer

USAGE = Usage(
    prompt_tokens=9, cached_tokens=0, completion_tokens=0, thinking_tokens=0,
    queue_ms=0.0, ttft_ms=0.0, duration_ms=1.0,
)  # fmt: skip
END = EventBatch(events=(Finished(reason=FinishReason.STOP, usage=USAGE),))


class Door:
    """An intake whose engine is a list; `refuse` is raised for every request."""

    def __init__(self, server: RedisServer) -> None:
        self.redis: Any = server.client()
        self.active_requests = ActiveRequests()
        self.taken: list[tuple[GenerationRequest, Sink]] = []
        self.refuse: Exception | None = None
        ignore: Callable[[str], None] = lambda _: None  # noqa: E731
        self.intake = Intake(
            model="m",
            redis=self.redis,
            active_requests=self.active_requests,
            writer=EventWriter(self.redis, self.active_requests, ignore),
            ledger=Ledger(),
            submit=self._submit,
            abort=ignore,
        )

    def _submit(self, request: GenerationRequest, sink: Sink) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.taken.append((request, sink))

    def take(self, **changes: Any) -> None:
        message = ChatMessage(role=Role.USER, content="hello")
        request = GenerationRequest(request_id="r", model="m", messages=(message,))
        fields = {name: getattr(request, name) for name in request.__dataclass_fields__}
        self.intake.take(encode_request(GenerationRequest(**{**fields, **changes})), "w")


@pytest.fixture
def door(shared_server: RedisServer, redis: Any) -> Door:
    return Door(shared_server)


def test_a_request_counts_as_submitted_once_the_engine_has_it(door: Door) -> None:
    door.take()
    (active,) = door.active_requests.held()
    assert active.submitted.is_set()
    assert [request.request_id for request, _ in door.taken] == ["r"]


def test_a_refused_request_never_counts_as_submitted(door: Door) -> None:
    door.refuse = EngineUnavailable(ErrorCode.QUEUE_FULL)
    door.take()
    (active,) = door.active_requests.held()
    assert not active.submitted.is_set()


def test_a_prompt_that_is_read_ahead_leaves_nothing_behind(door: Door) -> None:
    door.take(prefill_only=True, priority=Priority.BACKGROUND)
    ((request, sink),) = door.taken
    sink(END)
    assert request.prefill_only
    assert door.redis.keys("*") == []
    assert door.active_requests.held() == []


@pytest.mark.parametrize("refusal", [EngineUnavailable(ErrorCode.QUEUE_FULL), ValueError("odd")])
def test_a_prompt_that_cannot_be_read_ahead_is_dropped(door: Door, refusal: Exception) -> None:
    door.refuse = refusal
    door.take(prefill_only=True)
    assert door.redis.keys("*") == []
    assert door.active_requests.held() == []


def test_a_prompt_for_another_model_is_not_read_ahead(door: Door) -> None:
    door.take(prefill_only=True, model="another")
    assert door.taken == []

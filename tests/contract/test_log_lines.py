"""Every process writes lines of one shape, with the ids of what it does and no word of a prompt."""

import io
import json
import logging
import logging.config
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import structlog
from celery.worker.consumer import consumer as celery_consumer
from redis import Redis
from structlog.contextvars import bound_contextvars

from engine.protocol import (
    ErrorCode,
    EventBatch,
    Failed,
    Finished,
    FinishReason,
    GenerationRequest,
    Priority,
)
from engine.protocol.codec import encode_request
from engine.protocol.log_lines import FIRST_KEYS, logging_settings, name_process
from engine.protocol.names import engine_stream
from engine.worker.active_requests import ActiveRequests
from engine.worker.event_writer import EventWriter
from engine.worker.intake import Intake
from engine.worker.ledger import Ledger
from tests.factories import make_guest, make_turn
from tests.scripted_engine import USAGE, ScriptedEngine, say, use
from webapp.core.periodic import PeriodicThread
from webapp.generation.models import Turn
from webapp.generation.runner import run_turn
from webapp.generation.timing import Timing

SENTINEL = "zaphod-writes-this-and-nobody-else"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged, through the product's own formatter and filter, at every level."""
    written = io.StringIO()
    handlers = {"test": {"class": "logging.StreamHandler", "stream": written}}
    configurator = logging.config.DictConfigurator(logging_settings(handlers))
    settings = configurator.config
    settings["formatters"]["json"] = configurator.configure_formatter(
        settings["formatters"]["json"]
    )
    settings["filters"]["without_bodies"] = configurator.configure_filter(
        settings["filters"]["without_bodies"]
    )
    handler = configurator.configure_handler(settings["handlers"]["test"])
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_both_kinds_of_loggers_write_one_shape(lines: Lines) -> None:
    name_process("engine-2@house")
    try:
        with bound_contextvars(turn="t-1"):
            structlog.get_logger("webapp.x").warning("something_happened", count=3)
            logging.getLogger("engine.x").warning("It is %d", 3, extra={"request": "r-1"})
            logging.getLogger("engine.x").error("It broke", exc_info=ValueError("no"))
    finally:
        name_process("MainProcess")
    ours, theirs, broken = lines()
    for line in (ours, theirs, broken):
        assert tuple(line)[: len(FIRST_KEYS)] == FIRST_KEYS
        assert (line["process"], line["turn"]) == ("engine-2@house", "t-1")
    assert (ours["event"], ours["count"], ours["level"]) == ("something_happened", 3, "warning")
    assert (theirs["event"], theirs["request"]) == ("It is 3", "r-1")
    assert "ValueError: no" in broken["exception"]


def test_what_a_library_hands_over_is_left_out(lines: Lines) -> None:
    logging.getLogger("celery.x").error("A task failed", extra={"data": {"args": SENTINEL}})
    logging.getLogger("django.request").error("Not Found", extra={"request": [SENTINEL]})
    for line in lines():
        assert SENTINEL not in json.dumps(line)
        assert set(line) == set(FIRST_KEYS)


@pytest.mark.parametrize(
    "template",
    [
        celery_consumer.UNKNOWN_FORMAT,
        celery_consumer.UNKNOWN_TASK_ERROR,
        celery_consumer.INVALID_TASK_ERROR,
        celery_consumer.MESSAGE_DECODE_ERROR,
    ],
)
def test_the_body_of_a_message_that_celery_cannot_use_is_not_told(
    template: str, lines: Lines
) -> None:
    values = (SENTINEL,) * template.replace("%%", "").count("%")
    logging.getLogger(celery_consumer.__name__).error(template, *values)
    logging.getLogger(celery_consumer.__name__).error("Lost %s", "the broker")
    unusable, other = lines()
    assert SENTINEL not in json.dumps(unusable)
    assert len(unusable["event"]) > 15
    assert other["event"] == "Lost the broker"


def test_a_thread_of_a_turn_names_the_turn(lines: Lines) -> None:
    told = threading.Event()

    def act() -> None:
        structlog.get_logger("x").info("acting")
        told.set()

    with bound_contextvars(turn="t-7"):
        thread = PeriodicThread("x", 60.0, act, at_once=True)
    thread.start()
    assert told.wait(5)
    thread.stop()
    assert [line["turn"] for line in lines()] == ["t-7"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fate", ["answer", "tool", "failure", "faulty"])
def test_a_turn_is_followed_by_its_ids_and_never_by_its_words(
    fate: str, redis: Redis, lines: Lines
) -> None:
    """Whatever becomes of it: its prompt, its answer, its tools' arguments are in no line."""
    turn = make_turn(make_guest(), f"Tell me about {SENTINEL}")

    def answer(request: GenerationRequest) -> Any:
        if fate == "tool":
            return use(("artifact_create", {"id": SENTINEL, "type": SENTINEL, "content": SENTINEL}))
        if fate == "failure":
            return [Failed(code=ErrorCode.INTERNAL_ERROR, message=SENTINEL)]
        if fate == "faulty":
            faulty = json.dumps({"events": [{"type": "text_delta", "text": [SENTINEL]}]})
            redis.xadd(engine_stream(request.request_id), {"batch": faulty}, id="1-1")
            return []
        return say(f"Here is {SENTINEL}", thinking=SENTINEL)

    with ScriptedEngine(redis, answer):
        run_turn(turn.pk, draining=threading.Event(), timing=Timing(poll_ms=10, lease_renewal=0.01))
    told = lines()
    assert SENTINEL not in json.dumps(told)
    begun = next(line for line in told if line["event"] == "turn_begun")
    asked = next(line for line in told if line["event"] == "engine_asked")
    ended = next(line for line in told if line["event"] == "turn_ended")
    assert begun["turn"] == asked["turn"] == ended["turn"] == str(turn.pk)
    row = Turn.objects.get(pk=turn.pk)
    assert asked["request"] in {str(one.request_id) for one in row.generations.all()}
    assert (ended["state"], ended.get("code", "")) == (row.state, row.error_code)
    logging.getLogger("x").info("The next thing this thread does")
    assert not {"turn", "request", "attempt"} & set(lines()[-1])


def test_a_request_is_followed_through_the_worker_by_its_id(redis: Redis, lines: Lines) -> None:
    active = ActiveRequests()
    writer = EventWriter(redis, active, lambda _: None)
    writer.start()
    sinks: list[Any] = []
    intake = Intake(
        model="m",
        redis=redis,
        active_requests=active,
        writer=writer,
        ledger=Ledger(),
        submit=lambda _, sink: sinks.append(sink),
        abort=lambda _: None,
    )
    id = str(uuid4())
    request = GenerationRequest(request_id=id, model="m", messages=(), priority=Priority.TITLE)
    intake.take(encode_request(request), "w")
    intake.take(encode_request(request), "another")
    sinks[0](EventBatch(events=(Finished(reason=FinishReason.STOP, usage=USAGE),)))
    writer.stop(5.0)
    intake.take(json.dumps({"request_id": "r", "messages": SENTINEL}), "w")
    told = [line for line in lines() if line["logger"].startswith("engine")]
    ours = [line for line in told if line.get("request") == id]
    taken, refused, ended = ours
    assert (taken["event"], taken["attempt"]) == ("A request is taken", 1)
    assert refused["level"] == "warning"
    assert (ended["event"], ended["reason"]) == ("A request has ended", "stop")
    assert ended["completion_tokens"] == USAGE.completion_tokens
    assert SENTINEL not in json.dumps(told)

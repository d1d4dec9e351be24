"""That a worker says when it last asked the queue, and what counts as an answer."""

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from kombu.transport import redis as transport

from engine.worker.queue_polls import QueuePolls, watch_polls
from tests.engine.worker.redis_server import RedisServer

# Kombu is half typed; what these tests need of it is not.
kombu: Any = importlib.import_module("kombu")
QUEUE = kombu.Queue("polls", durable=False)


@pytest.fixture
def polls() -> Iterator[QueuePolls]:
    before = transport.Transport.Channel
    times = iter(range(10, 1000))
    polls = QueuePolls(lambda: float(next(times)))
    watch_polls(polls)
    yield polls
    transport.Transport.Channel = before


def connect(server: RedisServer) -> Any:
    url = server.url.replace("unix://", "redis+socket://")
    return kombu.Connection(url, transport_options={"polling_interval": 0.05})


def drain(connection: Any) -> None:
    with contextlib.suppress(TimeoutError):
        connection.drain_events(timeout=0.2)


def drain_often(connection: Any) -> None:
    for _ in range(5):
        drain(connection)


def test_a_message_is_an_answer_and_so_is_an_empty_queue(
    shared_server: RedisServer, polls: QueuePolls
) -> None:
    seen: list[object] = []
    with connect(shared_server) as connection:
        connection.Producer().publish("hello", routing_key="polls", declare=[QUEUE])
        with kombu.Consumer(connection, [QUEUE], on_message=seen.append, no_ack=True):
            assert polls.answered_at == 0.0
            drain(connection)
            assert len(seen) == 1
            after_message = polls.answered_at
            assert after_message == 10.0
            drain(connection)
            assert polls.answered_at > after_message


def test_a_server_that_is_gone_does_not_answer(server: RedisServer, polls: QueuePolls) -> None:
    with connect(server) as connection:
        consumer = kombu.Consumer(connection, [QUEUE], on_message=print, no_ack=True)
        consumer.consume()
        drain(connection)
        heard = polls.answered_at
        assert heard > 0.0
        server.kill()
        with pytest.raises(connection.connection_errors):
            drain_often(connection)
        assert polls.answered_at - heard <= 1.0


def test_beginning_anew_counts_from_now_but_never_invents_a_first_answer() -> None:
    polls = QueuePolls(lambda: 7.0)
    polls.begin_anew()
    assert polls.answered_at == 0.0
    polls.note()
    polls.begin_anew()
    assert polls.answered_at == 7.0

"""What we write into a queue is what Celery's own sender would have written."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from redis import Redis

from webapp.generation.task_message import encode_task, list_of

LIFETIME = timedelta(seconds=30)
# Ids, and what a worker may show of the arguments.
OWN = ("id", "root_id", "origin", "argsrepr", "expires")


def sent_by_celery(redis: Redis, queue: str, priority: int) -> dict[str, Any]:
    """The message that Celery's sender leaves in the list where ours would lie."""
    sender = Celery("sender", broker=settings.CELERY_BROKER_URL)
    sender.conf.update(task_serializer="json", task_ignore_result=True)
    options: Any = {"queue": queue, "priority": priority, "ignore_result": True, "retry": False}
    sender.send_task("task", args=["argument"], expires=LIFETIME.total_seconds(), **options)
    sender.close()
    text: Any = redis.rpop(list_of(queue, priority))
    message: dict[str, Any] = json.loads(text)
    return message


@pytest.mark.parametrize("priority", [0, 3, 5, 6])
def test_it_is_celerys_own(redis: Redis, priority: int) -> None:
    theirs = sent_by_celery(redis, "some-queue", priority)
    ours = json.loads(
        encode_task("task", "argument", "some-queue", priority=priority, expires=LIFETIME)
    )
    assert json.loads(base64.b64decode(ours.pop("body"))) == json.loads(
        base64.b64decode(theirs.pop("body"))
    )
    for message in (ours, theirs):
        expires = datetime.fromisoformat(message["headers"]["expires"])
        assert timedelta() < expires - datetime.now(UTC) <= LIFETIME
        assert message["properties"].pop("correlation_id") == message["headers"]["id"]
        assert message["headers"]["root_id"] == message["headers"]["id"]
        # Where results would go, and a limit that kombu's Redis transport does not look at.
        message["properties"].pop("reply_to")
        message["properties"].pop("expiration", None)
        assert message["properties"].pop("delivery_tag") != message["headers"]["id"]
        for name in OWN:
            assert message["headers"].pop(name)
    assert ours == theirs

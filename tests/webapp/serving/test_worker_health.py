import socket

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from redis import Redis

from engine.protocol.names import TURNS_WORKER_KEY, worker_key
from engine.worker import health
from webapp.rendering.names import RENDER_WORKER_KEY


@pytest.mark.parametrize(
    ("kind", "key"), [("turns", TURNS_WORKER_KEY), ("render", RENDER_WORKER_KEY)]
)
def test_a_worker_of_the_web_side_is_healthy_while_it_reports(
    redis: Redis, kind: str, key: str
) -> None:
    with pytest.raises(CommandError, match=f"No {kind} worker has reported"):
        call_command("worker_health", kind)
    redis.set(key, "1")
    call_command("worker_health", kind)


def test_an_engine_worker_is_healthy_while_this_machines_reports(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.REDIS_URL)
    redis.set(worker_key("engine@another-machine"), "{}")
    with pytest.raises(SystemExit, match="has not reported"):
        health.main()
    redis.set(worker_key(f"engine@{socket.gethostname()}"), "{}")
    health.main()
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    with pytest.raises(SystemExit, match="nowhere"):
        health.main()

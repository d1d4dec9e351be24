import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from webapp.serving.embedded_redis import (
    end_leftover,
    redis_command,
    wait_for_redis,
    write_configuration,
)


class Server:
    def __init__(self, home: Path) -> None:
        self.socket = home / "run" / "redis.sock"
        self.url = f"unix://{self.socket}"
        (home / "run").mkdir(parents=True)
        self._configuration = write_configuration(home, self.socket)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            redis_command(self._configuration), stdout=subprocess.DEVNULL
        )
        assert wait_for_redis(self.url)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "a home")
    server.start()
    yield server
    server.kill()


def test_it_listens_on_a_private_socket_only_and_never_evicts(server: Server) -> None:
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
    with Redis(unix_socket_path=str(server.socket), decode_responses=True) as client:
        names = ("port", "appendonly", "appendfsync", "maxmemory-policy", "save")
        found = {name: client.config_get(name)[name] for name in names}
        assert int(client.config_get("maxmemory")["maxmemory"]) > 0
    assert found == {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
    }


def test_a_killed_server_comes_back_with_its_data(server: Server) -> None:
    with Redis.from_url(server.url) as client:
        client.xadd("turn:1", {"event": "x"}, id="1-1")
    server.kill()
    assert not wait_for_redis(server.url, seconds=0)
    server.start()
    with Redis.from_url(server.url) as client:
        assert client.xlen("turn:1") == 1


def test_a_server_that_an_earlier_instance_left_is_ended(server: Server) -> None:
    assert server.process is not None
    end_leftover(server.socket)
    assert server.process.wait(timeout=10) == 0
    end_leftover(server.socket)


def test_a_socket_file_that_nobody_listens_on_is_removed(server: Server) -> None:
    server.kill()
    assert server.socket.exists()
    end_leftover(server.socket)
    assert not server.socket.exists()

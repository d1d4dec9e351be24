"""`python -m engine.worker.health`: exit code 0 while this machine's worker says that it lives.

For container health checks. A worker that loads its model, or that has been drained, is healthy.
"""

import os
import socket
import sys

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import worker_key
from engine.worker.settings import SettingsError, read_settings


def main() -> None:
    """Look once; what is missing is one sentence."""
    try:
        settings = read_settings(os.environ)
        client = Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
        lives = client.exists(worker_key(f"engine@{socket.gethostname()}"))
    except (SettingsError, RedisError, OSError) as error:
        sys.exit(str(error))
    if not lives:
        sys.exit("The engine worker of this machine has not reported for ten seconds.")


if __name__ == "__main__":
    main()

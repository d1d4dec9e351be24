"""Makes engines slow without making them work: they stand still most of the time.

The compiled step answers before anybody could stop or kill anything, and the step in torch takes
all of a core for it. A braked engine runs for a moment, is stopped for a while, and runs again.
Only one that is ready is braked, so that loading takes no longer.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable

import psutil
from redis import Redis
from redis.exceptions import RedisError

from engine.protocol import WorkerState
from engine.protocol.names import WORKER_KEY_PATTERN

RUN_SECONDS = 0.01
STAND_SECONDS = 0.03
LOOK_SECONDS = 0.5
SIGN = "engine.worker.app"


class Brake:
    """Stops and continues the engines of one installation, but not those that `freeze` holds.

    `connect` makes a client of the installation's Redis, where ready engines are found."""

    def __init__(self, connect: Callable[[], Redis]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._frozen: set[psutil.Process] = set()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def put_on(self) -> None:
        """From now on engines are slow."""
        if self._thread is None:
            self._ended.clear()
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def let_go(self) -> None:
        """Engines run freely again."""
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None

    def freeze(self, process: psutil.Process) -> None:
        """SIGSTOP, which the brake does not undo. Raises psutil.NoSuchProcess."""
        with self._lock:
            self._frozen.add(process)
            process.suspend()

    def thaw(self, process: psutil.Process) -> None:
        """It goes on. Raises psutil.NoSuchProcess."""
        with self._lock:
            self._frozen.discard(process)
            process.resume()

    def _run(self) -> None:
        looked_at, engines = float("-inf"), list[psutil.Process]()
        with self._connect() as redis:
            while not self._ended.wait(RUN_SECONDS):
                if time.monotonic() - looked_at > LOOK_SECONDS:
                    looked_at, engines = time.monotonic(), _find_ready(redis, engines)
                self._signal_all(engines, psutil.Process.suspend)
                time.sleep(STAND_SECONDS)
                self._signal_all(engines, psutil.Process.resume)

    def _signal_all(
        self, engines: list[psutil.Process], signal: Callable[[psutil.Process], None]
    ) -> None:
        with self._lock:
            for engine in engines:
                if engine not in self._frozen:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        signal(engine)


def _find_ready(redis: Redis, known: list[psutil.Process]) -> list[psutil.Process]:
    """The engines that say that they are ready; those that are known while Redis is away."""
    try:
        told = [redis.get(key) for key in redis.scan_iter(match=WORKER_KEY_PATTERN)]
    except (RedisError, OSError):
        return known
    ready = []
    for status in [json.loads(text) for text in told if text]:
        if status["state"] == WorkerState.READY:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(status["pid"])
                if any(SIGN in word for word in process.cmdline()):
                    ready.append(process)
    return ready

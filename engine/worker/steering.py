"""What an administrator asks of a worker: commands on a list in Redis, each answered by a sentence.

A thread of its own waits for them. A drain takes as long as the answers that are being written, so
it is watched beside the waiting: it can be taken back meanwhile. A command is carried out once,
whoever sends it again; a bad one is answered and changes nothing.
"""

import json
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol import CommandResult, WorkerAction, WorkerCommand
from engine.protocol.names import (
    COMMAND_RESULT_TTL_SECONDS,
    STREAM_TTL_SECONDS,
    engine_cancelled_key,
    engine_queue,
    queue_paused_key,
    worker_commands_key,
    worker_result_key,
)

LISTEN_SECONDS = 1.0
# A drain that has ended is noticed so soon.
DRAIN_LOOK_SECONDS = 0.2
DRAIN_SECONDS = 120.0
LONGEST_DRAIN_SECONDS = 3600.0
REMEMBERED_COMMANDS = 256
_DRAINING = (WorkerAction.DRAIN, WorkerAction.RESTART, WorkerAction.LOAD_MODEL)
DRAINED = "Drained by an administrator."
PAUSED = "The queue of its model is paused."
logger = logging.getLogger(__name__)


class Door(Protocol):
    """Whether messages are taken from the queue."""

    def open(self) -> None:
        """Take them."""

    def close(self) -> None:
        """Take no more."""


class Steered(Protocol):
    """The worker, as far as it can be steered."""

    pinned: bool

    def refuse_requests(self, reason: str) -> None:
        """Say that it is draining, and why."""

    def take_requests(self) -> None:
        """Say that it is ready."""

    def is_idle(self) -> bool:
        """Whether all requests have ended."""

    def give_up_requests(self) -> None:
        """End what is left, so that it goes on elsewhere."""

    def set_max_running(self, count: int) -> None:
        """How many answers are written at once. Raises ValueError with a sentence."""

    def abort(self, request_id: str) -> bool:
        """End one request; False if it is not here."""


class CommandRefused(Exception):
    """Nothing was done; the text is a sentence for the administrator."""


@dataclass(frozen=True, slots=True)
class Exits:
    """How the process is left: to be started anew, or at once as a worker of another model."""

    leave: Callable[[], None]
    become: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class _Drain:
    """What waits for running requests: the command, for how many seconds, until when (monotonic),
    and what is said when it is over."""

    command: WorkerCommand
    seconds: float
    until: float
    then: str


class Steering:
    """Owns the listening thread."""

    def __init__(
        self, redis: Redis, worker: Steered, *, worker_id: str, model_folder: Path, exits: Exits
    ) -> None:
        self._redis = redis
        self._worker = worker
        self._worker_id = worker_id
        self._model_folder = model_folder
        self._exits = exits
        self._door: Door | None = None
        self._is_drained = False
        self._is_paused = False
        self._drain: _Drain | None = None
        self._done: deque[str] = deque(maxlen=REMEMBERED_COMMANDS)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="steering", daemon=True)

    def start(self, door: Door) -> None:
        """Begin to listen; `door` is what is opened and closed."""
        self._door = door
        self._thread.start()

    def stop(self) -> None:
        """End the thread, whatever it waits for."""
        self._stopping.set()
        if self._thread is not threading.current_thread() and self._thread.ident is not None:
            self._thread.join(LISTEN_SECONDS + 1.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except RedisError as error:
                logger.warning("Commands cannot be read: %s", error)
                self._stopping.wait(LISTEN_SECONDS)

    def look(self) -> None:
        """Follow the queue's pause and a drain, and carry out the next command, if one comes in
        time."""
        self._follow_pause()
        wait = LISTEN_SECONDS if self._drain is None else DRAIN_LOOK_SECONDS
        found: Any = self._redis.blpop([worker_commands_key(self._worker_id)], timeout=wait)
        if found is not None:
            self._take(found[1])
        self._follow_drain()

    def _follow_pause(self) -> None:
        is_paused = bool(self._redis.exists(queue_paused_key(self._model_folder.name)))
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._settle_door()

    def _settle_door(self) -> None:
        """Open or closed, as drain and pause together want it."""
        assert self._door is not None
        if self._is_drained or self._is_paused:
            self._door.close()
            self._worker.refuse_requests(DRAINED if self._is_drained else PAUSED)
        else:
            self._worker.take_requests()
            self._door.open()

    def _take(self, text: str) -> None:
        command = _read_command(text)
        if command is None:
            logger.warning("A command cannot be read and is dropped")
            return
        if command.id in self._done:
            return
        self._done.append(command.id)
        logger.info("An administrator asks for %s", command.action.value)
        try:
            if command.action in _DRAINING:
                self._begin_drain(command)
            else:
                self._answer(command, done=True, message=self._carry_out(command))
        except CommandRefused as refusal:
            self._answer(command, done=False, message=str(refusal))

    def _answer(self, command: WorkerCommand, *, done: bool, message: str) -> None:
        self._redis.set(
            worker_result_key(command.id),
            json.dumps(asdict(CommandResult(id=command.id, done=done, message=message))),
            ex=COMMAND_RESULT_TTL_SECONDS,
        )

    def _carry_out(self, command: WorkerCommand) -> str:
        actions: Mapping[WorkerAction, Callable[[str], str]] = {
            WorkerAction.RESUME: self._resume,
            WorkerAction.PIN: self._pin,
            WorkerAction.UNPIN: self._unpin,
            WorkerAction.SET_CONCURRENCY: self._set_concurrency,
            WorkerAction.CANCEL_REQUEST: self._cancel,
        }
        return actions[command.action](command.value)

    def _begin_drain(self, command: WorkerCommand) -> None:
        """Take no more requests; the rest follows when those that run have ended. Raises
        CommandRefused."""
        if command.action is WorkerAction.DRAIN:
            then = ""
        else:
            self._require_unpinned()
            then = "It ends now and is started again by whoever keeps it running."
        if command.action is WorkerAction.LOAD_MODEL:
            then = self._check_model(command.value)
        is_timed = command.action is not WorkerAction.LOAD_MODEL
        seconds = _read_seconds(command.value if is_timed else "")
        self._give_up_drain("A later command took its place.")
        self._is_drained = True
        self._settle_door()
        self._drain = _Drain(command, seconds, time.monotonic() + seconds, then)

    def _follow_drain(self) -> None:
        drain = self._drain
        if drain is None:
            return
        if self._worker.is_idle():
            told = "all that it had are finished"
        elif time.monotonic() >= drain.until:
            self._worker.give_up_requests()
            told = f"what was unfinished after {drain.seconds:.0f} s goes on elsewhere"
        else:
            return
        self._drain = None
        message = drain.then or f"It takes no more requests; {told}."
        self._answer(drain.command, done=True, message=message)
        self._go_on(drain.command)

    def _go_on(self, command: WorkerCommand) -> None:
        """What can only be done when the answer is written."""
        if command.action is WorkerAction.RESTART:
            self._exits.leave()
        elif command.action is WorkerAction.LOAD_MODEL:
            self._exits.become(self._model_folder.parent / command.value)

    def _give_up_drain(self, why: str) -> None:
        drain, self._drain = self._drain, None
        if drain is not None:
            self._answer(drain.command, done=False, message=why)

    def _resume(self, _value: str) -> str:
        self._give_up_drain("It was resumed before all requests had ended.")
        self._is_drained = False
        self._settle_door()
        return PAUSED if self._is_paused else "It takes requests again."

    def _check_model(self, value: str) -> str:
        folder = self._model_folder.parent / value
        is_name = value == Path(value).name and value not in ("", ".", "..")
        if not is_name or not (folder / "config.json").is_file():
            raise CommandRefused("There is no such model beside the one that it serves.")
        return f"It begins anew with {value}; if that cannot be served, it comes back as it was."

    def _pin(self, _value: str) -> str:
        self._worker.pinned = True
        return "It keeps its model until it is unpinned."

    def _unpin(self, _value: str) -> str:
        self._worker.pinned = False
        return "It may be restarted and given another model."

    def _require_unpinned(self) -> None:
        if self._worker.pinned:
            raise CommandRefused("It is pinned; unpin it first.")

    def _set_concurrency(self, value: str) -> str:
        if not value.isascii() or not value.isdigit():
            raise CommandRefused("Write how many answers may be written at once, as a number.")
        try:
            self._worker.set_max_running(int(value[:6]))
        except ValueError as error:
            raise CommandRefused(str(error)) from error
        most = int(value)
        return f"It writes at most {most} answer{'s' if most > 1 else ''} at once."

    def _cancel(self, value: str) -> str:
        cancelled = engine_cancelled_key(value)
        # First, since whoever reads the request's end asks whether it was meant.
        is_new = self._redis.set(cancelled, "1", ex=STREAM_TTL_SECONDS, nx=True)
        if not self._worker.abort(value):
            if is_new:
                self._redis.delete(cancelled)
            raise CommandRefused("It holds no such request; perhaps it has ended.")
        return "The request is being ended."


def become_worker_of(old: str, folder: Path) -> None:
    """Replace this process, a worker of the model `old`, by one of the model in `folder`, with the
    same process id. The variable that names the model is read when it begins."""
    command = [
        engine_queue(folder.name) if word == engine_queue(old) else word for word in sys.orig_argv
    ]
    logger.info("The worker begins anew with %s", folder.name)
    time.sleep(0.1)  # the last lines reach the log
    os.putenv("ATELIER_MODEL", str(folder))  # the new program gets it; nobody reads it here
    os.execv(sys.executable, command)


def _read_command(text: str) -> WorkerCommand | None:
    try:
        fields = json.loads(text)
        command = WorkerCommand(
            id=fields["id"],
            action=WorkerAction(fields["action"]),
            value=fields.get("value", ""),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return command if isinstance(command.id, str) and isinstance(command.value, str) else None


def _read_seconds(value: str) -> float:
    if not value:
        return DRAIN_SECONDS
    if not value.isascii() or not value.isdigit():
        raise CommandRefused("Write the most seconds to wait, as a number.")
    return min(float(value[:6]), LONGEST_DRAIN_SECONDS)

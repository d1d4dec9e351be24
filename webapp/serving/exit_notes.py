"""Tells in Redis why an engine worker's process ended, for those who look at its last status."""

import signal

import structlog
from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import worker_exit_key
from webapp.serving.child_failures import find_last_reason
from webapp.serving.child_process import ChildSpec

KEEP_SECONDS = 24 * 3600
# From sysexits.h, EX_CONFIG and EX_TEMPFAIL: the child has said why at the end of its log.
SAID_WHY_EXIT_CODES = (78, 75)
log = structlog.get_logger(__name__)


class ExitNotes:
    """Writes the notes; the workers take them away when they are there again."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    def note(self, spec: ChildSpec, exit_code: int, hung_reason: str | None) -> None:
        """A child has ended, by itself or, with a reason, because it hung. Never raises."""
        if spec.worker_id is None:
            return
        sentence = hung_reason or describe_exit(spec, exit_code)
        try:
            self._client.set(worker_exit_key(spec.worker_id), sentence, ex=KEEP_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("exit_not_noted", child=spec.name, error=type(error).__name__)


def describe_exit(spec: ChildSpec, exit_code: int) -> str:
    """One sentence: the signal that ended it, what it said itself, or its exit code."""
    if exit_code < 0:
        return f"Its process was ended by {_name_signal(-exit_code)}."
    said = find_last_reason(spec) if exit_code in SAID_WHY_EXIT_CODES else None
    if said is not None:
        return said
    if exit_code == 0:
        return "Its process ended in order."
    return f"Its process ended with exit code {exit_code}."


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""How a worker that cannot work says so: an exit code and one sentence at the end of its log.

A worker that has lost one of its threads cannot work either, and would take requests for ever
without an answer. It asks itself to end, so that whoever keeps it running starts another.
"""

import logging
import os
import signal
import threading
from typing import NoReturn

from engine.protocol.last_words import say_why

# From sysexits.h, EX_CONFIG: starting such a worker again does not help.
CANNOT_WORK_EXIT_CODE = 78
logger = logging.getLogger(__name__)


def give_up(reason: str) -> NoReturn:
    """Ends the process's main thread. `reason` is a sentence for the operator."""
    say_why(reason)
    raise SystemExit(CANNOT_WORK_EXIT_CODE)


def leave() -> None:
    """Ends the worker from any of its threads, as a request from outside would: in order."""
    logger.critical("The worker is broken and ends, for another one to take its place")
    _end_in_order()


def begin_anew() -> None:
    """Ends the worker as `leave` does, on request."""
    logger.info("The worker ends in order to be started anew")
    _end_in_order()


def _end_in_order() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def leave_when_a_thread_breaks() -> None:
    """From now on a thread that ends by an error ends the worker."""
    threading.excepthook = _end_with_thread


def _end_with_thread(broken: threading.ExceptHookArgs) -> None:
    if issubclass(broken.exc_type, SystemExit):
        return
    name = broken.thread.name if broken.thread else "unknown"
    error = broken.exc_value or broken.exc_type()
    logger.critical("The thread %s broke", name, exc_info=error)
    leave()

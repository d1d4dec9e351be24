"""What a process says when it breaks: one line of its log, as everything else that it says.

Python and Celery write such things as plain text, past all loggers, which a collector of logs takes
for dozens of messages. On a terminal they stay plain text: a person reads them there.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from engine.protocol.log_lines import json_formatter

GIVES_UP = "The process gives up"
logger = logging.getLogger(__name__)


def log_uncaught_errors() -> None:
    """From now on an error that nobody caught is a line of the log, whichever thread it ended.

    asyncio's go to its logger by themselves. A hook that somebody else has put in stays.
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _tell_error
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _tell_broken_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _tell_unraisable


def say_why(reason: str) -> None:
    """The last line of a process that cannot work; `reason` is a sentence for the operator."""
    record = _record(GIVES_UP, None, reason=reason)
    _tell(record, lambda: print(f"atelier: {reason}", file=sys.__stderr__, flush=True))


def say_in_a_signal_handler(text: str, *_: object) -> None:
    """A line past the loggers, whose locks the interrupted code may hold. In the place of Celery's
    `safe_say`, which tells so that a worker shuts down."""
    if sys.__stderr__ is not None and sys.__stderr__.isatty():
        line = text
    else:
        line = json_formatter().format(_record(text, None, logging.INFO))
    os.write(2, f"{line}\n".encode())


def find_reason(line: str) -> str | None:
    """The reason that `say_why` wrote into this line of a log; None for every other line."""
    if GIVES_UP not in line:
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if isinstance(told, dict) and told.get("event") == GIVES_UP:
        return str(told.get("reason", ""))
    return None


def _tell_error(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    record = _record("An error ends the process", error)
    _tell(record, lambda: sys.__excepthook__(kind, error, trace))


def _tell_broken_thread(broken: threading.ExceptHookArgs) -> None:
    if issubclass(broken.exc_type, SystemExit):
        return
    name = broken.thread.name if broken.thread else "unknown"
    record = _record(f"The thread {name} broke", broken.exc_value)
    _tell(record, lambda: threading.__excepthook__(broken))


def _tell_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    record = _record(failed.err_msg or "An error that nobody can catch", failed.exc_value)
    _tell(record, lambda: sys.__unraisablehook__(failed))


def _record(
    event: str, error: BaseException | None, level: int = logging.CRITICAL, **ids: str
) -> logging.LogRecord:
    trace = (type(error), error, error.__traceback__) if error is not None else None
    return logger.makeRecord(logger.name, level, "", 0, event, (), trace, func=None, extra=ids)


def _tell(record: logging.LogRecord, write_plainly: Callable[[], object]) -> None:
    """To all that the process logs to; standard error hears of it in any case, a terminal plainly.

    Needs no configured logging: what breaks may be what would configure it.
    """
    stderr = sys.__stderr__
    for handler in logging.getLogger().handlers:
        if getattr(handler, "stream", None) not in (sys.stderr, stderr):
            handler.handle(record)
    if stderr is None:
        return
    if stderr.isatty():
        write_plainly()
    else:
        last = logging.StreamHandler(stderr)
        last.setFormatter(json_formatter())
        last.handle(record)

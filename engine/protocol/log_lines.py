"""The one shape of every process's log: a JSON object a line, the same keys first.

`timestamp`, `level`, `process` (who wrote it; for a worker its id), `logger`, `event`, then the ids
that are bound as context (`turn`, `request`, `attempt` …) and what the event tells; `exception` is
a traceback. Callers log ids, codes and counts: never a prompt, a message's text or a key.

structlog is imported where a process is set up: what only computes does without it.
"""

import logging
import multiprocessing
from collections.abc import MutableMapping
from typing import Any

FIRST_KEYS = ("timestamp", "level", "process", "logger", "event")
# What the standard library's loggers may hand over as `extra`. Libraries hand over more, and what
# they do (Celery: the arguments of a task, which hold a prompt) is not for the log.
EXTRA_KEYS = (
    *("turn", "request", "attempt", "reason", "code"),
    *("prompt_tokens", "cached_tokens", "completion_tokens", "queue_ms", "ttft_ms", "duration_ms"),
)
# These say twice, and with ids that nobody else knows, what ours say.
QUIET_LOGGERS = ("celery.worker.strategy", "celery.app.trace")


def name_process(name: str) -> None:
    """From now on the lines of this process carry this name."""
    multiprocessing.current_process().name = name


def line_processors() -> list[Any]:
    """What every line goes through, from whichever logger it comes."""
    import structlog

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_process,
        structlog.processors.format_exc_info,
    ]


def json_formatter() -> logging.Formatter:
    """What makes a line of a record, from our loggers and from those of libraries."""
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _in_order,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        foreign_pre_chain=[_add_extra, *line_processors()],
    )


def logging_settings(handlers: MutableMapping[str, Any]) -> dict[str, Any]:
    """A configuration for `logging.config` in which all loggers write to `handlers`, which are as
    `dictConfig` wants them; each gets the JSON formatter and leaves out what may hold a prompt."""
    for handler in handlers.values():
        handler.update({"formatter": "json", "filters": ["without_bodies"]})
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_bodies": {"()": WithoutBodies}},
        "formatters": {"json": {"()": json_formatter}},
        "handlers": dict(handlers),
        "root": {"handlers": list(handlers), "level": "INFO"},
        "loggers": {name: {"level": "WARNING"} for name in QUIET_LOGGERS},
    }


def log_warnings() -> None:
    """Python's own warnings become lines as well."""
    logging.captureWarnings(capture=True)


class WithoutBodies(logging.Filter):
    """Celery writes the whole body of a message that it cannot use, and ours hold prompts: of such
    a line the first sentence is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, these without their values."""
        template = str(record.msg)
        is_celerys = record.name.startswith(("celery", "kombu"))
        if is_celerys and record.args and "body" in template.lower():
            record.msg = template.partition("%")[0].partition("\n")[0].strip()
            record.args, record.exc_info = (), None
        return True


def _add_extra(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Any:
    """Ids and figures only: under the same names Django hands over whole requests."""
    record = line["_record"]
    for key in EXTRA_KEYS:
        value = getattr(record, key, None)
        if isinstance(value, str | int | float):
            line[key] = value
    return line


def _add_process(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Any:
    line["process"] = multiprocessing.current_process().name
    return line


def _in_order(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> Any:
    """Nothing is said of what is None."""
    first = {key: line[key] for key in FIRST_KEYS if key in line}
    rest = {key: value for key, value in line.items() if key not in first and value is not None}
    return {**first, **rest}

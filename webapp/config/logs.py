"""Structured logs of the web side: one JSON object a line on standard error, which `serve` sends
to ATELIER_HOME/log. Never holds a prompt, a message text or a key: callers log ids and codes.
"""

from typing import Any

import structlog

from engine.protocol import log_lines


def logging_settings() -> dict[str, Any]:
    """The LOGGING dictionary of Django."""
    settings = log_lines.logging_settings({"stderr": {"class": "logging.StreamHandler"}})
    settings["loggers"] |= {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "daphne": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    }
    return settings


def configure_structlog() -> None:
    """Send structlog's loggers and Python's warnings to the handler of the standard library."""
    log_lines.log_warnings()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *log_lines.line_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )

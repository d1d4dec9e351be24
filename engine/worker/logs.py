"""Structured logs of a worker: one JSON object a line on standard error, no texts of messages."""

import logging
import logging.config
from typing import Any

import structlog

from engine.worker.log_ring import LogRing


def configure_logs() -> LogRing:
    """Gives every logger of the process one JSON handler, and a ring that keeps the same lines."""
    ring = LogRing()
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(),
                    ],
                    "foreign_pre_chain": _processors(),
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
                "ring": {"()": lambda: ring, "formatter": "json"},
            },
            "root": {"handlers": ["stderr", "ring"], "level": "INFO"},
        }
    )
    return ring


def _processors() -> list[Any]:
    return [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]

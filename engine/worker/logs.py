"""Structured logs of a worker: one JSON object a line on standard error, no texts of messages."""

import logging.config

from engine.protocol import log_lines
from engine.worker.log_ring import LogRing


def configure_logs() -> LogRing:
    """Gives every logger of the process one JSON handler, and a ring that keeps the same lines."""
    ring = LogRing()
    handlers = {"stderr": {"class": "logging.StreamHandler"}, "ring": {"()": lambda: ring}}
    log_lines.log_warnings()
    logging.config.dictConfig(log_lines.logging_settings(handlers))
    return ring

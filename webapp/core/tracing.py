"""Spans of what a turn does, for OpenTelemetry: off, and free of cost, unless an endpoint is set.

A span tells ids, names, counts and times, never a prompt, a message's text or an argument. Without
`ATELIER_OTLP_ENDPOINT` nothing is imported; without the extra `tracing` a line of the log says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import current_process
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

FLUSH_MS = 3000
Value = str | int | float | bool
log = structlog.get_logger(__name__)


@contextmanager
def span(name: str, **attributes: Value) -> Iterator[None]:
    """The time of the `with` block, within that of the block around it. An error that leaves it is
    told by its class, not by its message."""
    provider = _provider(settings.ATELIER_OTLP_ENDPOINT)
    if provider is None:
        yield
        return
    from opentelemetry.trace import StatusCode

    tracer = provider.get_tracer("atelier")
    kept = _named(attributes)
    with tracer.start_as_current_span(
        name, attributes=kept, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(StatusCode.ERROR)
            raise


def annotate(**attributes: Value | None) -> None:
    """Tell more of the span around the call; what is None is left out."""
    if _provider(settings.ATELIER_OTLP_ENDPOINT) is not None:
        from opentelemetry.trace import get_current_span

        get_current_span().set_attributes(_named(attributes))


def flush_spans() -> None:
    """Send what has not been sent, for a process that ends; waits for a few seconds at most."""
    provider = _provider(settings.ATELIER_OTLP_ENDPOINT)
    if provider is not None:
        provider.force_flush(FLUSH_MS)


@lru_cache(maxsize=1)
def _provider(endpoint: str | None) -> "TracerProvider | None":
    if endpoint is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("tracing_not_installed", extra_needed="tracing")
        return None
    who = {"service.name": "atelier", "service.instance.id": current_process().name}
    provider = TracerProvider(resource=Resource.create(who))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _named(attributes: dict[str, Any]) -> dict[str, Value]:
    return {f"atelier.{key}": value for key, value in attributes.items() if value is not None}

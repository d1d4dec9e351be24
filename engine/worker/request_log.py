"""One line when a request is taken and one when it has ended: ids, counts and times, no text."""

import logging
from collections.abc import Callable

from engine.protocol import EventBatch, Failed, Finished, GenerationRequest

Sink = Callable[[EventBatch], None]
logger = logging.getLogger(__name__)


def log_life(request: GenerationRequest, sink: Sink) -> Sink:
    """The sink of a request that has just been taken, with its end logged when it comes."""
    ids = {"request": request.request_id, "attempt": request.attempt}
    logger.info("A request is taken", extra=ids)

    def note(batch: EventBatch) -> None:
        for event in batch.events:
            if isinstance(event, Finished | Failed):
                logger.info("A request has ended", extra={**ids, **_outcome(event)})
        sink(batch)

    return note


def _outcome(event: Finished | Failed) -> dict[str, object]:
    if isinstance(event, Failed):
        return {"code": event.code.value}
    usage = event.usage
    return {
        "reason": event.reason.value,
        "prompt_tokens": usage.prompt_tokens,
        "cached_tokens": usage.cached_tokens,
        "completion_tokens": usage.completion_tokens,
        "queue_ms": round(usage.queue_ms, 1),
        "ttft_ms": round(usage.ttft_ms, 1),
        "duration_ms": round(usage.duration_ms, 1),
    }

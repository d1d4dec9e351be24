"""Which models are served, read from the statuses that live workers keep in Redis."""

from dataclasses import dataclass

import structlog
from django.conf import settings
from pydantic import TypeAdapter, ValidationError
from redis import Redis

from engine.protocol import WorkerState, WorkerStatus
from engine.protocol.names import WORKER_KEY_PATTERN
from webapp.core.redis import redis_client

_STATUS = TypeAdapter(WorkerStatus)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """How far a starting worker is, as a sentence, and from 0 to 1 where that is known."""

    text: str
    progress: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModel:
    """A model a person may choose. `context_length` in tokens is None until a worker said it;
    `loading` is set while no worker is ready and one is starting."""

    name: str
    context_length: int | None
    ready: bool
    loading: Loading | None = None

    @property
    def starting(self) -> bool:
        """Whether it will be ready by itself."""
        return self.loading is not None


def starting_text(status: WorkerStatus) -> str:
    """What a worker that is not ready says of itself, for a person; perhaps nothing."""
    return status.load_text or status.reason


def list_worker_statuses(client: Redis | None = None) -> list[WorkerStatus]:
    """The status of every live worker; one that cannot be read is logged and left out."""
    redis = client or redis_client()
    keys = sorted(redis.scan_iter(match=WORKER_KEY_PATTERN, count=1000))
    statuses = []
    for key, text in zip(keys, redis.mget(keys) if keys else [], strict=True):
        if text is None:
            continue
        try:
            statuses.append(_STATUS.validate_json(text))
        except ValidationError as error:
            log.warning("worker_status_unreadable", key=key, error=str(error))
    return statuses


def list_models() -> list[ServedModel]:
    """The served models, the default one first even when no worker serves it now."""
    by_name: dict[str, list[WorkerStatus]] = {settings.ATELIER_MODEL_NAME: []}
    for status in list_worker_statuses():
        by_name.setdefault(status.model, []).append(status)
    return [_served_model(name, statuses) for name, statuses in by_name.items()]


def find_model(name: str) -> ServedModel | None:
    """The model of this name if it is known here."""
    return next((model for model in list_models() if model.name == name), None)


def _served_model(name: str, statuses: list[WorkerStatus]) -> ServedModel:
    lengths = [status.context_length for status in statuses if status.context_length > 0]
    ready = any(status.state is WorkerState.READY for status in statuses)
    return ServedModel(
        name=name,
        context_length=min(lengths) if lengths else None,
        ready=ready,
        loading=None if ready else _find_loading(statuses),
    )


def _find_loading(statuses: list[WorkerStatus]) -> Loading | None:
    """The starting worker that is furthest."""
    starting = [status for status in statuses if status.state is WorkerState.STARTING]
    if not starting:
        return None
    first = max(starting, key=lambda status: status.load_progress or 0.0)
    text = starting_text(first) or "The worker is starting"
    return Loading(text=text, progress=first.load_progress)

"""Whether a turn would be answered now, part by part. Every look is short and changes nothing."""

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engine.protocol import ERROR_INFO, ErrorCode, WorkerState
from engine.protocol.names import TURNS_WORKER_KEY
from webapp.catalog.selectors import list_worker_statuses, starting_text
from webapp.core.storage import is_storage_full
from webapp.rendering.worker.status import read_status

REDIS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part: whether it works, and if not, what is missing, as a sentence."""

    ok: bool
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """All parts that a turn needs, and `render`, without which made things go unchecked.
    `storage` is room on the disk: without it nothing new is begun, but all can be read."""

    database: PartHealth
    redis: PartHealth
    turns_worker: PartHealth
    models: dict[str, PartHealth]
    render: PartHealth
    storage: PartHealth

    @property
    def ready(self) -> bool:
        """True if a turn with the default model would be answered."""
        default = self.models[settings.ATELIER_MODEL_NAME]
        parts = (self.database, self.redis, self.turns_worker, self.storage, default)
        return all(part.ok for part in parts)

    def as_json(self) -> dict[str, Any]:
        """The answer of /readyz."""
        return {"ready": self.ready, **asdict(self)}


def measure_health() -> Health:
    """Look at every part once."""
    database = _database_health()
    client = Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        turns_worker, models = _turns_worker_health(client), _models_health(client)
        render = _render_health(client)
        redis = PartHealth(True)
    except (RedisError, OSError) as error:
        redis = PartHealth(False, f"Redis does not answer ({type(error).__name__}).")
        turns_worker = PartHealth(False, "Unknown while Redis does not answer.")
        models = {settings.ATELIER_MODEL_NAME: turns_worker}
        render = turns_worker
    finally:
        client.close()
    return Health(database, redis, turns_worker, models, render, _storage_health())


def _database_health() -> PartHealth:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return PartHealth(False, "Migrations are missing; run: python manage.py migrate")
    except (DatabaseError, OSError) as error:
        return PartHealth(False, f"The database does not answer ({type(error).__name__}).")
    return PartHealth(True)


def _storage_health() -> PartHealth:
    if is_storage_full():
        return PartHealth(False, ERROR_INFO[ErrorCode.STORAGE_FULL].sentence)
    return PartHealth(True)


def _turns_worker_health(client: Redis) -> PartHealth:
    if client.exists(TURNS_WORKER_KEY):
        return PartHealth(True)
    return PartHealth(False, "No turns worker has reported.")


def _render_health(client: Redis) -> PartHealth:
    status = read_status(client)
    if status is None:
        return PartHealth(False, "No render worker has reported.")
    return PartHealth(status.has_browser, "" if status.has_browser else status.text)


def _models_health(client: Redis) -> dict[str, PartHealth]:
    """One entry a model; the default model has one even when no worker serves it."""
    missing = PartHealth(False, "No worker serves this model.")
    models = {settings.ATELIER_MODEL_NAME: missing}
    for status in list_worker_statuses(client):
        if status.state is WorkerState.READY:
            models[status.model] = PartHealth(True)
        elif not models.get(status.model, missing).ok:
            text = f"The worker is {status.state.value}. {starting_text(status)}".strip()
            models[status.model] = PartHealth(False, text)
    return models

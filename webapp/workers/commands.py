"""Sending wishes of administrators to workers, and writing down who wished what, and how it ended.

A command waits in Redis for ten minutes only: what its worker was too dead to take must not be done
by the next process of the same name, when nobody thinks of it any more.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from django.utils import timezone
from pydantic import TypeAdapter, ValidationError
from redis import Redis
from redis.exceptions import RedisError

from engine.protocol import CommandResult, WorkerAction, WorkerCommand
from engine.protocol.names import (
    COMMAND_RESULT_TTL_SECONDS,
    queue_paused_key,
    worker_commands_key,
    worker_result_key,
)
from webapp.accounts.models import User
from webapp.administration.models import AuditEntry
from webapp.administration.services import record_deed, settle_deed
from webapp.core.errors import Conflict, InvalidInput, NotFound
from webapp.workers.selectors import SeenWorker, get_worker, list_known_models
from webapp.workers.states import SILENT_SECONDS, ViewState
from webapp.workers.wire import QueueState, WishResult, WorkerWish

WAITING_SECONDS = 600
# A drain may take an hour (engine.worker.steering), and its result is kept for ten minutes.
UNANSWERED_AFTER = timedelta(seconds=3600 + COMMAND_RESULT_TTL_SECONDS)
_RESULT = TypeAdapter(CommandResult)
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
_VALUES: Mapping[WorkerAction, tuple[re.Pattern[str], str]] = {
    WorkerAction.DRAIN: (re.compile(r"[0-9]{0,4}", re.ASCII), "Write the most seconds to wait."),
    WorkerAction.RESTART: (re.compile(r"[0-9]{0,4}", re.ASCII), "Write the most seconds to wait."),
    WorkerAction.SET_CONCURRENCY: (_NUMBER, "Write how many answers at once, as a number."),
    WorkerAction.LOAD_MODEL: (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
        "Write the name of a model's folder.",
    ),
    WorkerAction.CANCEL_REQUEST: (
        re.compile(r"[A-Za-z0-9_-]{1,64}"),
        "Write the id of a request.",
    ),
}
_NOTHING = (re.compile(""), "This takes no value.")
log = structlog.get_logger(__name__)


def send_command(*, by: User, redis: Redis, worker_id: str, wish: WorkerWish) -> UUID:
    """Sends the wish, and returns the id by which its result is asked for.

    Raises NotFound for an id that no worker has, Conflict where it is gone, InvalidInput for a
    value that the action cannot have, RedisError.
    """
    worker = get_worker(redis, worker_id)
    pattern, sentence = _VALUES.get(wish.action, _NOTHING)
    if not pattern.fullmatch(wish.value):
        raise InvalidInput(message=sentence)
    _refuse_unheard(worker)
    command = WorkerCommand(id=str(uuid4()), action=wish.action, value=wish.value)
    id = UUID(command.id)
    record_deed(
        who=by,
        action=wish.action.value,
        target=f"worker {worker_id}",
        value=wish.value,
        reason=wish.reason,
        done=None,
        command_id=id,
    )
    try:
        _push(redis, worker_id, command)
    except RedisError:
        settle_deed(command_id=id, done=False, outcome="It could not be sent.")
        raise
    log.info("worker_command_sent", worker=worker_id, action=wish.action.value, command=command.id)
    return id


def get_result(*, redis: Redis, command_id: UUID) -> WishResult:
    """How a command ended, `done` None until it did. Raises NotFound for an id that nobody gave."""
    entry = AuditEntry.objects.filter(command_id=command_id).first()
    if entry is None:
        raise NotFound
    if entry.done is None:
        _settle(redis, command_id)
        entry.refresh_from_db()
    return WishResult(id=str(command_id), done=entry.done, message=entry.outcome)


def settle_commands(redis: Redis) -> None:
    """Writes down the results that have come in; who never answers is written down too."""
    open_entries = AuditEntry.objects.filter(done=None).exclude(command_id=None)
    for id, at in open_entries.values_list("command_id", "at"):
        assert id is not None
        if not _settle(redis, id) and timezone.now() - at > UNANSWERED_AFTER:
            settle_deed(command_id=id, done=False, outcome="The worker never answered.")


def pause_queue(*, by: User, redis: Redis, model: str, paused: bool, reason: str) -> QueueState:
    """Keeps all workers from taking requests of the model, or lets them again. Raises NotFound for
    a model that is not served here."""
    if model not in list_known_models(redis):
        raise NotFound("That model is not served here.")
    if paused:
        redis.set(queue_paused_key(model), f"{time.time():.0f}")
    else:
        redis.delete(queue_paused_key(model))
    verb = "pause_queue" if paused else "resume_queue"
    record_deed(who=by, action=verb, target=f"queue {model}", reason=reason)
    return QueueState(model=model, paused=paused)


def _refuse_unheard(worker: SeenWorker) -> None:
    silent = time.time() - worker.status.updated_at
    if silent > SILENT_SECONDS or worker.view.state is ViewState.GONE:
        raise Conflict(message=f"This worker says nothing any more. {worker.view.reason}".strip())


def _push(redis: Redis, worker_id: str, command: WorkerCommand) -> None:
    key = worker_commands_key(worker_id)
    pipeline = redis.pipeline(transaction=True)
    pipeline.rpush(key, json.dumps(asdict(command)))
    pipeline.expire(key, WAITING_SECONDS)
    pipeline.execute()


def _settle(redis: Redis, command_id: UUID) -> bool:
    """Whether there is a result."""
    text = redis.get(worker_result_key(str(command_id)))
    if text is None:
        return False
    try:
        result = _RESULT.validate_json(text)
    except ValidationError:
        log.warning("worker_result_unreadable", command=str(command_id))
        settle_deed(command_id=command_id, done=False, outcome="Its answer cannot be read.")
        return True
    settle_deed(command_id=command_id, done=result.done, outcome=result.message)
    return True

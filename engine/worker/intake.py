"""Takes a payload from the queue: reads it, claims it, hands it to the engine.

A payload ends in the engine, in a `Failed` event, or, if nobody can be told, in the log.
"""

import json
import logging
from collections.abc import Callable

from redis import Redis
from structlog.contextvars import bound_contextvars

from engine.errors import EngineError, RequestRejected
from engine.protocol import (
    ERROR_INFO,
    ErrorCode,
    EventBatch,
    Failed,
    GenerationRequest,
)
from engine.protocol.codec import decode_request
from engine.worker.active_requests import ActiveRequest, ActiveRequests
from engine.worker.claims import claim
from engine.worker.event_writer import EventWriter
from engine.worker.ledger import Ledger
from engine.worker.redis_access import PASSING_ERRORS
from engine.worker.request_log import log_life

Sink = Callable[[EventBatch], None]
SUPERSEDE_SECONDS = 10.0
MAX_REQUEST_ID_CHARACTERS = 200
logger = logging.getLogger(__name__)


class Intake:
    """The door between the queue and the engine. `submit` raises `EngineError` to refuse."""

    def __init__(
        self,
        *,
        model: str,
        redis: Redis,
        active_requests: ActiveRequests,
        writer: EventWriter,
        ledger: Ledger,
        submit: Callable[[GenerationRequest, Sink], None],
        abort: Callable[[str], None],
    ) -> None:
        self._model = model
        self._redis = redis
        self._active_requests = active_requests
        self._writer = writer
        self._ledger = ledger
        self._submit = submit
        self._abort = abort

    def take(self, payload: str, worker_id: str) -> None:
        """Starts the generation that `payload` asks for, JSON of a `GenerationRequest`."""
        try:
            request = decode_request(payload)
        except (TypeError, ValueError, OverflowError) as error:
            self._refuse_malformed(payload, worker_id, error)
            return
        if request.prefill_only:
            self._read_ahead(request)
        else:
            self._start(request.request_id, request.attempt, worker_id, lambda: request)

    def _read_ahead(self, request: GenerationRequest) -> None:
        """Nobody waits for it: no claim, no stream, and a refusal is no more than a lost chance."""
        try:
            self._submit_own(request, _forget)
        except EngineError as error:
            ids = {"request": request.request_id, "code": error.code.value}
            logger.info("A prompt is not read ahead", extra=ids)
        except Exception:
            logger.exception("A prompt could not be read ahead")

    def _refuse_malformed(self, payload: object, worker_id: str, error: Exception) -> None:
        logger.error("A payload is no request: %s", error)
        request_id, attempt = _identity_of_malformed(payload)
        if request_id is None:
            return

        def refuse() -> GenerationRequest:
            raise RequestRejected(ErrorCode.INVALID_REQUEST)

        self._start(request_id, attempt, worker_id, refuse)

    def _start(
        self, request_id: str, attempt: int, worker_id: str, read: Callable[[], GenerationRequest]
    ) -> None:
        with bound_contextvars(request=request_id, attempt=attempt):
            self._start_bound(request_id, attempt, worker_id, read)

    def _start_bound(
        self, request_id: str, attempt: int, worker_id: str, read: Callable[[], GenerationRequest]
    ) -> None:
        if not self._claim(request_id, attempt, worker_id):
            logger.warning("An attempt is not taken: another has the request")
            return
        active = self._hold(request_id, attempt)
        if active is None:
            return
        sink = self._writer.open(active)
        failure = self._try_submit(read, sink)
        if failure is None:
            active.submitted.set()
        else:
            self._ledger.note_refusal(failure)
            sink(EventBatch(events=(failure,)))

    def _try_submit(self, read: Callable[[], GenerationRequest], sink: Sink) -> Failed | None:
        try:
            request = read()
            self._submit_own(request, self._ledger.watch(request, log_life(request, sink)))
        except EngineError as error:
            return Failed(code=error.code, message=error.message)
        except Exception:
            logger.exception("A request could not be submitted")
            code = ErrorCode.INTERNAL_ERROR
            return Failed(code=code, message=ERROR_INFO[code].sentence)
        return None

    def _submit_own(self, request: GenerationRequest, sink: Sink) -> None:
        if request.model != self._model:
            raise RequestRejected(ErrorCode.MODEL_NOT_FOUND)
        self._submit(request, sink)

    def _claim(self, request_id: str, attempt: int, worker_id: str) -> bool:
        try:
            return claim(self._redis, request_id, attempt, worker_id)
        except PASSING_ERRORS as error:
            # The message is lost with this; who waits for the answer rings again.
            logger.warning("An attempt cannot be claimed: %s", error)
            return False

    def _hold(self, request_id: str, attempt: int) -> ActiveRequest | None:
        """Holds the attempt; ends an older one that this worker is still busy with."""
        older = self._active_requests.find(request_id)
        if older is not None:
            if older.attempt > attempt:
                logger.warning("An attempt comes late")
                return None
            self._writer.mute(older)
            self._abort(request_id)
            older.ended.wait(SUPERSEDE_SECONDS)
        active = self._active_requests.add(request_id, attempt)
        if active is None:
            logger.error("An attempt finds an older one running")
        return active


def _forget(batch: EventBatch) -> None:
    """The sink of a request whose events nobody reads."""
    del batch


def _identity_of_malformed(payload: object) -> tuple[str | None, int]:
    """Request id and attempt of a payload that is not a request, as far as they can be read."""
    try:
        data = json.loads(payload) if isinstance(payload, str) else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return None, 1
    request_id, attempt = data.get("request_id"), data.get("attempt")
    readable = isinstance(request_id, str) and 0 < len(request_id) <= MAX_REQUEST_ID_CHARACTERS
    return request_id if readable else None, attempt if type(attempt) is int and attempt > 0 else 1

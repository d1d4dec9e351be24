"""The thread that steps the engine, and the door for the threads that ask it for something.

Sleeps on a condition while there is nothing to do. An error in a step ends the requests that were
running, each with a terminal event, and the loop goes on with those in line.
"""

import logging
import threading
from collections.abc import Callable, Iterable

from engine.errors import EngineError, EngineUnavailable, RequestRejected
from engine.llm_engine import EngineStats, LLMEngine, RequestOutput
from engine.protocol import (
    ERROR_INFO,
    TERMINAL_EVENTS,
    ErrorCode,
    EventBatch,
    Failed,
    GenerationRequest,
)

logger = logging.getLogger(__name__)

_LOST = Failed(code=ErrorCode.ENGINE_LOST, message=ERROR_INFO[ErrorCode.ENGINE_LOST].sentence)

Sink = Callable[[EventBatch], None]
BeforeStep = Callable[[], Iterable[str]]


class EngineLoop:
    """Owns one engine and the only thread that steps it. Every method may be called from any
    thread; sinks and `before_step` are called from the loop's thread, outside of all locks."""

    def __init__(
        self,
        engine: LLMEngine,
        *,
        before_step: BeforeStep | None = None,
        on_broken: Callable[[], None] | None = None,
    ) -> None:
        """`before_step` returns the ids of requests to abort; it is asked before every step.

        `on_broken` is told, after all readers, that the loop ended by a defect.
        """
        self._engine = engine
        self._before_step = before_step
        self._on_broken = on_broken
        self._sinks: dict[str, Sink] = {}
        self._wake = threading.Condition()
        self._stopping = False
        self._is_losing = False
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="engine-loop", daemon=True)

    def start(self) -> None:
        """Begin to step."""
        self._thread.start()

    def submit(self, request: GenerationRequest, sink: Sink) -> None:
        """Take a request; its batches go to `sink`, the last one ends with a terminal event.

        Raises `EngineError` on refusal; the sink is then never called.
        """
        request_id = request.request_id
        with self._wake:
            if self._stopping:
                raise EngineUnavailable(ErrorCode.MODEL_UNAVAILABLE)
            if request_id in self._sinks:
                raise RequestRejected(ErrorCode.CONFLICT, "This request is being answered already.")
            self._sinks[request_id] = sink
        try:
            # Rendering and tokenizing happen here, in the caller's thread, beside the steps.
            self._engine.submit(request)
        except BaseException:
            self._sinks.pop(request_id, None)
            raise
        self._wake_loop(request_id)

    def _wake_loop(self, request_id: str) -> None:
        with self._wake:
            # A loop that ended meanwhile has either told the sink or does not know the request.
            if self._stopping and self._sinks.pop(request_id, None) is not None:
                self._engine.abort(request_id)
                raise EngineUnavailable(ErrorCode.MODEL_UNAVAILABLE)
            self._wake.notify()

    def abort(self, request_id: str) -> None:
        """End a request within the next step; unknown ids are ignored."""
        self._engine.abort(request_id)

    def end_thinking(self, request_id: str) -> None:
        """Let the answer begin now; ignored for unknown ids and where nothing is thought."""
        self._engine.end_thinking(request_id)

    def lose_all(self) -> None:
        """End every request as engine_lost after the step in progress, and go on: another engine
        takes them over."""
        with self._wake:
            self._is_losing = True
            self._wake.notify()

    def stats(self) -> EngineStats:
        """Counters and gauges of this moment."""
        return self._engine.stats()

    @property
    def is_running(self) -> bool:
        """Whether the thread lives; after `start`, False means that it was stopped or broke."""
        return self._thread.is_alive()

    def stop(self, timeout_seconds: float = 30.0) -> None:
        """End the thread after the step in progress and close the engine; what is unfinished
        fails as engine_lost. A step that outlasts the timeout keeps its engine open."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_seconds)
        if not self._thread.is_alive() and not self._is_closed:
            self._is_closed = True
            self._engine.close()

    def _run(self) -> None:
        is_broken = False
        try:
            while self._wait_for_work():
                self._abort_stopped()
                self._deliver(self._step())
                self._lose_if_asked()
            self._deliver(self._engine.fail_all(_LOST.code, _LOST.message))
        except Exception:
            logger.exception("The engine loop broke; it takes no more requests")
            is_broken = True
        finally:
            self._release_readers()
        if is_broken and self._on_broken is not None:
            self._on_broken()

    def _release_readers(self) -> None:
        """Tell whoever still waits, without help of the engine, that nothing more will come."""
        with self._wake:
            self._stopping = True
        batch = EventBatch(events=(_LOST,))
        self._deliver([RequestOutput(request_id, batch) for request_id in list(self._sinks)])

    def _wait_for_work(self) -> bool:
        """Sleep until there is something to compute; False when the loop is to end."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._engine.has_work())
            return not self._stopping

    def _lose_if_asked(self) -> None:
        with self._wake:
            is_losing, self._is_losing = self._is_losing, False
        if is_losing:
            self._deliver(self._engine.fail_all(_LOST.code, _LOST.message))

    def _abort_stopped(self) -> None:
        if self._before_step is None:
            return
        try:
            for request_id in self._before_step():
                self._engine.abort(request_id)
        except Exception:
            logger.exception("Asking for stopped requests failed; the step goes on")

    def _step(self) -> list[RequestOutput]:
        try:
            return self._engine.step()
        except EngineError as error:
            logger.exception("A step failed: %s", error.code)
            return self._engine.fail_running(error.code, error.message)
        except Exception:
            logger.exception("A step failed")
            code = ErrorCode.INTERNAL_ERROR
            return self._engine.fail_running(code, ERROR_INFO[code].sentence)

    def _deliver(self, outputs: Iterable[RequestOutput]) -> None:
        for output in outputs:
            request_id, batch = output.request_id, output.batch
            sink = self._sinks.get(request_id)
            if sink is None:
                continue
            if batch.events and isinstance(batch.events[-1], TERMINAL_EVENTS):
                self._sinks.pop(request_id)
            try:
                sink(batch)
            except Exception:
                logger.exception(
                    "A reader failed; its request is stopped", extra={"request": request_id}
                )
                self._sinks.pop(request_id, None)
                self._engine.abort(request_id)

"""Owns everything a worker runs: the engine's loop, the writer, the watcher and the heartbeat."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import partial

from redis.exceptions import RedisError

from engine.checkpoint.config import read_model_config
from engine.checkpoint.progress import LoadProgress, ProgressCallback
from engine.engine_loop import EngineLoop
from engine.errors import EngineError, EngineUnavailable
from engine.llm_engine import EngineOptions, LLMEngine
from engine.protocol import ERROR_INFO, ErrorCode, GenerationRequest, WorkerState
from engine.protocol.names import worker_exit_key
from engine.protocol.workers import WorkerStatus
from engine.worker.active_requests import ActiveRequests
from engine.worker.devices import DeviceWatcher
from engine.worker.event_writer import EventWriter
from engine.worker.exit_reason import begin_anew, leave
from engine.worker.flag_watcher import FlagWatcher
from engine.worker.heartbeat import Heartbeat, idle_status
from engine.worker.intake import Intake, Sink
from engine.worker.ledger import Ledger
from engine.worker.log_ring import LogRing
from engine.worker.model_identity import ModelIdentity, identify_model
from engine.worker.queue_door import QueueDoor
from engine.worker.queue_guard import QueueGuard
from engine.worker.queue_polls import QueuePolls
from engine.worker.redis_access import connect
from engine.worker.roofline_meter import RooflineMeter
from engine.worker.settings import WorkerSettings
from engine.worker.steering import Door, Exits, Steering, become_worker_of

# Together they stay below the eight seconds after which the supervisor kills.
DRAIN_SECONDS = 4.0
LOOP_STOP_SECONDS = 1.5
WRITE_OUT_SECONDS = 1.0
logger = logging.getLogger(__name__)


LoadEngine = Callable[[WorkerSettings, ProgressCallback], LLMEngine]


def load_model(settings: WorkerSettings, progress: ProgressCallback) -> LLMEngine:
    """The engine of the model that the settings name. Raises `EngineError`."""
    options = EngineOptions(cpu_threads=settings.cpu_threads, cache_folder=settings.cache_folder)
    return LLMEngine.from_folder(
        settings.model_folder, device=settings.device, options=options, progress=progress
    )


class ModelCannotBeServed(Exception):
    """The engine did not come up; the text is a sentence for the operator."""


@dataclass(slots=True)
class _Condition:
    """What the heartbeat says of the worker itself."""

    worker_id: str = ""
    state: WorkerState = WorkerState.STARTING
    reason: str = ""
    started_at: float = field(default_factory=time.time)
    loading: LoadProgress | None = None
    pinned: bool = False


class EngineHost:
    """One model, served. `start` and `stop` are called once, `generate` by any thread between;
    `steer` lets administrators ask for more."""

    def __init__(
        self,
        settings: WorkerSettings,
        log_ring: LogRing | None = None,
        polls: QueuePolls | None = None,
        load_engine: LoadEngine = load_model,
    ) -> None:
        self._settings = settings
        self._polls = polls or QueuePolls()
        self._load_engine = load_engine
        self._condition = _Condition()
        self._engine: LLMEngine | None = None
        self._loop: EngineLoop | None = None
        redis = self._redis = connect(settings.redis_url)
        self._active_requests = ActiveRequests()
        self._ledger = Ledger()
        self._identity = ModelIdentity("", "")
        self._devices: DeviceWatcher | None = None
        self._roofline: RooflineMeter | None = None
        self._steering: Steering | None = None
        self._guard: QueueGuard | None = None
        self._writer = EventWriter(redis, self._active_requests, self._abort)
        self._flag_watcher = FlagWatcher(
            redis, self._active_requests, abort=self._abort, end_thinking=self._end_thinking
        )
        self._heartbeat = Heartbeat(redis, self._active_requests, self.read_status, log_ring)
        self._intake = Intake(
            model=settings.model_name,
            redis=redis,
            active_requests=self._active_requests,
            writer=self._writer,
            ledger=self._ledger,
            submit=self._submit,
            abort=self._abort,
        )

    def start(self, worker_id: str) -> None:
        """Loads the model and begins to serve. Raises `ModelCannotBeServed`."""
        self._condition.worker_id = worker_id
        self._heartbeat.start()
        self._take_away_exit_note()
        try:
            self._load()
        except EngineError as error:
            self._fail(error.message)
        except Exception:
            logger.exception("The model could not be loaded")
            self._fail(ERROR_INFO[ErrorCode.INTERNAL_ERROR].sentence)
        self._writer.start()
        self._flag_watcher.start()
        self._condition.state = WorkerState.READY
        self._heartbeat.beat()

    def steer(self, door: Door) -> None:
        """Begin to listen to administrators."""
        become = partial(become_worker_of, self._settings.model_name)
        exits = Exits(leave=begin_anew, become=become)
        self._steering = Steering(
            self._redis,
            self,
            worker_id=self._condition.worker_id,
            model_folder=self._settings.model_folder,
            exits=exits,
        )
        self._steering.start(door)

    def guard(self, queue: str, door: QueueDoor) -> None:
        """Begin to look whether messages are taken from `queue`."""
        self._guard = QueueGuard(self._redis, queue, door, self._wants_requests)
        self._guard.start()

    def generate(self, payload: str) -> None:
        """Takes a request from the queue and returns; its events go to its stream."""
        self._intake.take(payload, self._condition.worker_id)

    def stop(self) -> None:
        """Lets running requests end for a while, fails the rest as `engine_lost` (another attempt
        goes on where they stand), writes everything out."""
        self._condition.state = WorkerState.DRAINING
        self._heartbeat.beat()
        if self._guard is not None:
            self._guard.stop()
        if self._steering is not None:
            self._steering.stop()
        if not self._active_requests.wait_for_none(DRAIN_SECONDS):
            logger.warning("Requests are left unfinished: %s", self._active_requests.ids())
        if self._loop is not None:
            self._loop.stop(LOOP_STOP_SECONDS)
        if self._devices is not None:
            self._devices.stop()
        self._flag_watcher.stop()
        self._writer.stop(WRITE_OUT_SECONDS)
        self._heartbeat.stop(forget=True)
        self._redis.close()

    @property
    def pinned(self) -> bool:
        """Whether it keeps its model whoever asks for another."""
        return self._condition.pinned

    @pinned.setter
    def pinned(self, pinned: bool) -> None:
        self._condition.pinned = pinned

    def refuse_requests(self, reason: str) -> None:
        """Drain: what runs goes on, what comes is told to go elsewhere."""
        self._condition.state, self._condition.reason = WorkerState.DRAINING, reason
        self._heartbeat.beat()

    def take_requests(self) -> None:
        """The end of a drain."""
        self._polls.begin_anew()
        self._condition.state, self._condition.reason = WorkerState.READY, ""
        self._heartbeat.beat()

    def is_idle(self) -> bool:
        """Whether every request has ended, and is told of."""
        return self._active_requests.wait_for_none(0.0)

    def give_up_requests(self) -> None:
        """Fail what runs as `engine_lost`, so that another attempt goes on where it stands."""
        if self._loop is not None:
            self._loop.lose_all()
        self._active_requests.wait_for_none(LOOP_STOP_SECONDS)

    def set_max_running(self, count: int) -> None:
        """How many answers are written at once. Raises ValueError with a sentence."""
        if self._engine is not None:
            self._engine.set_max_running(count)

    def abort(self, request_id: str) -> bool:
        """End a request; False if none of that id is held."""
        if self._active_requests.find(request_id) is None:
            return False
        self._abort(request_id)
        return True

    def read_status(self) -> WorkerStatus:
        """What the heartbeat says now."""
        condition = self._condition
        idle = idle_status(
            worker_id=condition.worker_id,
            model=self._settings.model_name,
            state=condition.state,
            reason=condition.reason,
            started_at=condition.started_at,
        )
        idle = replace(idle, pinned=condition.pinned, polled_at=self._polls.answered_at)
        if self._engine is not None:
            return self._with_figures(_with_engine(idle, self._engine))
        return idle if condition.loading is None else _with_loading(idle, condition.loading)

    def _with_figures(self, status: WorkerStatus) -> WorkerStatus:
        figures = self._ledger.read()
        return replace(
            status,
            revision=self._identity.revision,
            weight_format=self._identity.weight_format,
            devices=self._devices.latest if self._devices is not None else (),
            roofline_share=self._roofline.read(status) if self._roofline is not None else None,
            **{entry.name: getattr(figures, entry.name) for entry in fields(figures)},
        )

    def _load(self) -> None:
        settings = self._settings
        self._engine = self._load_engine(settings, self._note_loading)
        note_step = self._flag_watcher.note_step
        self._loop = EngineLoop(self._engine, before_step=note_step, on_broken=leave)
        self._loop.start()
        self._identity = identify_model(settings.model_folder)
        self._roofline = RooflineMeter.of_engine(
            self._engine, read_model_config(settings.model_folder)
        )
        self._devices = DeviceWatcher(on_gpu=self._engine.facts.device.startswith("cuda"))
        self._devices.start()

    def _take_away_exit_note(self) -> None:
        """It lives, so why the process before it ended explains nothing any more."""
        try:
            self._redis.delete(worker_exit_key(self._condition.worker_id))
        except RedisError as error:
            logger.warning("The note of the last exit stays: %s", error)

    def _note_loading(self, progress: LoadProgress) -> None:
        self._condition.loading = progress

    def _fail(self, reason: str) -> None:
        self._condition.state = WorkerState.FAILED
        self._condition.reason = reason
        self._heartbeat.stop(forget=False)
        raise ModelCannotBeServed(reason)

    def _wants_requests(self) -> bool:
        return self._condition.state is WorkerState.READY

    def _submit(self, request: GenerationRequest, sink: Sink) -> None:
        if self._loop is None or self._condition.state is not WorkerState.READY:
            # Another worker, or this one's successor, answers the next attempt.
            raise EngineUnavailable(ErrorCode.ENGINE_LOST)
        if request.prefill_only and self._loop.stats().waiting:
            raise EngineUnavailable(ErrorCode.QUEUE_FULL)
        self._loop.submit(request, sink)

    def _abort(self, request_id: str) -> None:
        if self._loop is not None:
            self._loop.abort(request_id)

    def _end_thinking(self, request_id: str) -> None:
        if self._loop is not None:
            self._loop.end_thinking(request_id)


def _with_loading(status: WorkerStatus, progress: LoadProgress) -> WorkerStatus:
    if progress.share >= 1.0:
        # What is built and warmed up after the weights are there has no measure.
        return replace(status, load_text="The weights are loaded; getting ready to answer")
    return replace(status, load_progress=progress.share, load_text=progress.sentence())


def _with_engine(status: WorkerStatus, engine: LLMEngine) -> WorkerStatus:
    stats = engine.stats()
    return replace(
        status,
        device=engine.facts.device,
        dtype=engine.facts.dtype,
        context_length=stats.context_length,
        steps=stats.steps,
        running=stats.running,
        waiting=stats.waiting,
        max_running=stats.max_running,
        kv_blocks_used=stats.kv_blocks_used,
        kv_blocks_total=stats.kv_blocks_total,
        generated_tokens=stats.generated_tokens,
        tokens_per_second=stats.tokens_per_second,
        prefix_query_tokens=stats.prefix_query_tokens,
        prefix_hit_tokens=stats.prefix_hit_tokens,
        drafted_tokens=stats.drafted_tokens,
        accepted_draft_tokens=stats.accepted_draft_tokens,
        preemptions=stats.preemptions,
        corrupted_requests=stats.corrupted_requests,
        evictions=stats.evicted_blocks,
        step_ms=stats.step_ms,
        host_ms_per_step=stats.host_ms_per_step,
    )

"""What the page of the workers hears and says: frames of `/ws/workers`, answers and bodies.

The front end's types are generated from here. Times are Unix seconds, shares lie between 0 and 1.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.protocol import DeviceStatus, Quantiles, WorkerAction, WorkerState
from webapp.workers.states import ViewState

MAX_REASON_CHARACTERS = 500
MAX_VALUE_CHARACTERS = 200
Reason = Annotated[str, Field(max_length=MAX_REASON_CHARACTERS)]


class Wire(BaseModel):
    """Base of all of them: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RunningRequest(Wire):
    """A request that a worker computes now; `turn` is what it answers."""

    id: str
    turn: str
    since: float


class WorkerView(Wire):
    """One worker: its last status, and what it looks like from here. `state` and `reason` are what
    it says itself, `view_state` and `view_reason` what the clock makes of that."""

    worker_id: str
    model: str
    view_state: ViewState
    view_reason: str
    uptime_seconds: float
    requests: tuple[RunningRequest, ...]
    state: WorkerState
    reason: str
    device: str
    dtype: str
    pid: int
    host: str
    revision: str
    weight_format: str
    pinned: bool
    started_at: float
    updated_at: float
    polled_at: float
    context_length: int
    steps: int
    running: int
    waiting: int
    max_running: int
    kv_blocks_used: int
    kv_blocks_total: int
    generated_tokens: int
    prompt_tokens: int
    tokens_per_second: float
    prompt_tokens_per_second: float
    load_progress: float | None
    load_text: str
    prefix_query_tokens: int
    prefix_hit_tokens: int
    drafted_tokens: int
    accepted_draft_tokens: int
    preemptions: int
    evictions: int
    corrupted_requests: int
    retried_requests: int
    step_ms: float
    host_ms_per_step: float
    roofline_share: float | None
    errors: Mapping[str, int]
    finished: Mapping[str, int]
    time_to_first_token: Quantiles | None
    inter_token: Quantiles | None
    end_to_end: Quantiles | None
    devices: tuple[DeviceStatus, ...]


class QueueView(Wire):
    """What waits for one model at one priority; `oldest_seconds` is None where nothing waits."""

    model: str
    priority: str
    depth: int
    oldest_seconds: float | None
    paused: bool


class TurnCounts(Wire):
    """Turns that have not ended."""

    queued: int
    running: int


class ClusterView(Wire):
    """What all workers share. Where Redis has no limit, `redis_max_bytes` is 0."""

    queues: tuple[QueueView, ...]
    redis_memory_bytes: int
    redis_max_bytes: int
    database_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int
    turns: TurnCounts
    retried_turns_hour: int


class WorkersFrame(Wire):
    """The one frame of `/ws/workers`, sent every second; `at` is the server's clock."""

    type: Literal["workers"] = "workers"
    at: float
    workers: tuple[WorkerView, ...]
    cluster: ClusterView


class Sample(Wire):
    """One second of a worker, or the means of one minute: counts, the share of the KV cache, tokens
    per second read and written, and of its first device utilization, bytes, watts and degrees
    Celsius. What is not known is null."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    t: float
    running: float | None = None
    waiting: float | None = None
    kv: float | None = None
    read: Annotated[float | None, Field(alias="in")] = None
    written: Annotated[float | None, Field(alias="out")] = None
    util: float | None = None
    mem: float | None = None
    power: float | None = None
    temp: float | None = None


class WorkerHistory(Wire):
    """The samples of an hour or a week, the oldest first. `peaks` are the highest values of the
    same minutes; an hour of seconds has none."""

    samples: tuple[Sample, ...]
    peaks: tuple[Sample, ...] = ()


class WorkerLog(Wire):
    """The last lines of a worker's log, the oldest first."""

    lines: tuple[str, ...]


class WorkerWish(Wire):
    """Body of a command to a worker; `value` is as `engine.protocol.WorkerCommand` says."""

    action: WorkerAction
    value: Annotated[str, Field(max_length=MAX_VALUE_CHARACTERS)] = ""
    reason: Reason = ""


class QueueWish(Wire):
    """Body of a queue's pause and of its end."""

    reason: Reason = ""


class WishSent(Wire):
    """A command is on its way; the id is what its result is asked for by."""

    id: str


class WishResult(Wire):
    """How a command ended; `done` is null until the worker has answered."""

    id: str
    done: bool | None
    message: str


class QueueState(Wire):
    """Whether workers take requests of this model."""

    model: str
    paused: bool


WIRE_MODELS = (
    WorkersFrame,
    WorkerHistory,
    WorkerLog,
    WorkerWish,
    QueueWish,
    WishSent,
    WishResult,
    QueueState,
)

"""What an engine worker says of itself: one status, written every second with a time to live."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WorkerState(StrEnum):
    """Where a worker is in its life."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """How long something took lately, in seconds; `count` is how many were measured."""

    p50: float
    p90: float
    p99: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatus:
    """A GPU, or the processor of a CPU worker (`index` 0). What a device does not tell is None.

    `utilization` and `memory_utilization` are shares from 0 to 1, clocks MHz, power watts.
    `throttle_reasons` are NVML's names in lower case; `ecc_errors` counts uncorrected ones since
    the driver began, `last_xid` is the number of the newest XID event since the worker began.
    """

    index: int
    name: str
    utilization: float | None = None
    memory_utilization: float | None = None
    memory_used_bytes: int | None = None
    memory_total_bytes: int | None = None
    power_watts: float | None = None
    power_limit_watts: float | None = None
    temperature_celsius: float | None = None
    clock_mhz: int | None = None
    memory_clock_mhz: int | None = None
    throttle_reasons: tuple[str, ...] = ()
    ecc_errors: int | None = None
    last_xid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """A snapshot of one engine worker. `steps` grows with every engine step: no growth while
    `running` is above zero means that the engine hangs. Times are Unix seconds. `load_progress`,
    from 0 to 1, and `load_text`, for a person, tell how far the loading of a starting worker is.

    The counters of the prefix cache and of drafts count tokens since the worker began,
    `preemptions` and `corrupted_requests` count requests; the last two figures are averages of a
    step's duration and of the part of it in which only the host worked. `roofline_share` is the
    share of the memory's bandwidth that decoding reaches, from 0 to 1. `errors` counts failed
    requests by error code and `finished` the others by finish reason, `retried_requests` those
    that came as a second or later attempt; `polled_at` is when the worker last asked the queue for
    work and was answered. A worker of an older version says less, so what came later has a
    default."""

    worker_id: str
    model: str
    state: WorkerState
    reason: str
    device: str
    dtype: str
    pid: int
    started_at: float
    updated_at: float
    context_length: int
    steps: int
    running: int
    waiting: int
    max_running: int
    kv_blocks_used: int
    kv_blocks_total: int
    generated_tokens: int
    tokens_per_second: float
    load_progress: float | None = None
    load_text: str = ""
    prefix_query_tokens: int = 0
    prefix_hit_tokens: int = 0
    drafted_tokens: int = 0
    accepted_draft_tokens: int = 0
    preemptions: int = 0
    corrupted_requests: int = 0
    step_ms: float = 0.0
    host_ms_per_step: float = 0.0
    host: str = ""
    revision: str = ""
    weight_format: str = ""
    pinned: bool = False
    polled_at: float = 0.0
    prompt_tokens: int = 0
    prompt_tokens_per_second: float = 0.0
    evictions: int = 0
    roofline_share: float | None = None
    retried_requests: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    finished: Mapping[str, int] = field(default_factory=dict)
    time_to_first_token: Quantiles | None = None
    inter_token: Quantiles | None = None
    end_to_end: Quantiles | None = None
    devices: tuple[DeviceStatus, ...] = ()


class WorkerAction(StrEnum):
    """What an administrator may ask of a worker."""

    DRAIN = "drain"
    RESUME = "resume"
    RESTART = "restart"
    PIN = "pin"
    UNPIN = "unpin"
    LOAD_MODEL = "load_model"
    SET_CONCURRENCY = "set_concurrency"
    CANCEL_REQUEST = "cancel_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerCommand:
    """One wish on a worker's list of commands. `value` is the model of LOAD_MODEL, the number of
    SET_CONCURRENCY, the request id of CANCEL_REQUEST, the most seconds of DRAIN and RESTART."""

    id: str
    action: WorkerAction
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """How a command ended; `message` is a sentence for the administrator."""

    id: str
    done: bool
    message: str

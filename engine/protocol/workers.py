"""What an engine worker says of itself: one status, written every second with a time to live."""

from dataclasses import dataclass
from enum import StrEnum


class WorkerState(StrEnum):
    """Where a worker is in its life."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """A snapshot of one engine worker. `steps` grows with every engine step: no growth while
    `running` is above zero means that the engine hangs. Times are Unix seconds. `load_progress`,
    from 0 to 1, and `load_text`, for a person, tell how far the loading of a starting worker is.

    The counters of the prefix cache and of drafts count tokens since the worker began,
    `preemptions` and `corrupted_requests` count requests; the last two figures are averages of a
    step's duration and of the part of it in which only the host worked. A worker of an older
    version says less, so what came later has a default."""

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

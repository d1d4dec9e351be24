"""What goes into the engine beside requests, and what comes out of it."""

from dataclasses import dataclass
from pathlib import Path

from engine.protocol import EventBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What the operator may choose. `context_length` None is the model's own length;
    `kv_memory_bytes` None is a share of the memory that is free after loading; `cpu_threads` None
    is a number that suits the model and the machine.

    `max_drafts` is how many tokens the draft layer may propose per step (0 to 3, 0 turns it off);
    `target_itl_ms` bounds how long reading a prompt may hold up answers that are being written.
    `decode_steps` is how many tokens may be drawn without the host in between where nothing asks
    for it (1 turns that off). `compiled_step` uses the C++ step on a CPU, built into `cache_folder`
    (None: the user's cache); `cuda_graphs` the recorded steps on a GPU. `keep_fp8` None keeps
    eight-bit weights as they are stored on a GPU; `fp8_head` and `fp8_kv` bring head and cache into
    eight bits, which costs a little quality; `random_weights` reads no weights and fills the
    folder's geometry with noise, for benchmarks.
    """

    max_running: int = 8
    max_waiting: int = 64
    block_size: int = 16
    prefill_tokens_per_step: int = 2048
    target_itl_ms: float = 50.0
    max_drafts: int = 3
    decode_steps: int = 8
    context_length: int | None = None
    kv_memory_bytes: int | None = None
    cpu_threads: int | None = None
    compiled_step: bool = True
    cuda_graphs: bool = True
    cache_folder: Path | None = None
    keep_fp8: bool | None = None
    fp8_head: bool = False
    fp8_kv: bool = False
    random_weights: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """What an engine computes with. `device` and `dtype` are in torch's words; `threads` compute a
    step on the CPU; `bytes_per_weight` and `kv_itemsize` are the bytes of one weight, and of one
    number of the cache, as a decode step reads them. `max_drafts` is 0 without a draft layer."""

    device: str
    dtype: str
    threads: int
    bytes_per_weight: float
    kv_itemsize: int
    max_drafts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStats:
    """A snapshot. `steps` grows with every step; no growth while `running` > 0 means a hang.

    Counters grow from 0 since the engine was built: tokens for `prefix_*` and `draft*`, requests
    for `preemptions` and `corrupted_requests`, blocks of the prefix cache for `evicted_blocks`.
    `step_ms` and `host_ms_per_step` are running averages of a whole step and of the part in which
    nothing was computed beside the host's work.
    """

    steps: int
    running: int
    waiting: int
    max_running: int
    context_length: int
    kv_blocks_used: int
    kv_blocks_total: int
    generated_tokens: int
    tokens_per_second: float
    prefix_query_tokens: int
    prefix_hit_tokens: int
    drafted_tokens: int
    accepted_draft_tokens: int
    preemptions: int
    corrupted_requests: int
    evicted_blocks: int
    step_ms: float
    host_ms_per_step: float


@dataclass(frozen=True, slots=True)
class RequestOutput:
    """What one step wrote for one request."""

    request_id: str
    batch: EventBatch

"""What goes into the engine beside requests, and what comes out of it."""

from dataclasses import dataclass

from engine.protocol import EventBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What the operator may choose. `context_length` None is the model's own length;
    `kv_memory_bytes` None is a share of the memory that is free after loading; `cpu_threads` None
    is a number that suits the model and the machine.

    `keep_fp8` None keeps eight-bit weights as they are stored on a GPU; `fp8_head` and `fp8_kv`
    bring head and cache into eight bits, which costs a little quality; `random_weights` reads no
    weights and fills the folder's geometry with noise, for benchmarks."""

    max_running: int = 8
    max_waiting: int = 64
    block_size: int = 16
    prefill_tokens_per_step: int = 512
    context_length: int | None = None
    kv_memory_bytes: int | None = None
    cpu_threads: int | None = None
    keep_fp8: bool | None = None
    fp8_head: bool = False
    fp8_kv: bool = False
    random_weights: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStats:
    """A snapshot. `steps` grows with every step; no growth while `running` > 0 means a hang."""

    steps: int
    running: int
    waiting: int
    max_running: int
    context_length: int
    kv_blocks_used: int
    kv_blocks_total: int
    generated_tokens: int
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class RequestOutput:
    """What one step wrote for one request."""

    request_id: str
    batch: EventBatch

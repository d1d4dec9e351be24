"""Runs one step of the model: rows in, tokens and drafts out; plans the memory of the KV cache."""

from engine.runner.decode_graphs import DecodeGraphs
from engine.runner.device import resolve_device, resolve_dtype
from engine.runner.executor import Executor
from engine.runner.memory import (
    KVPlan,
    available_memory_bytes,
    kv_memory_bytes,
    plan_kv_blocks,
    require_room_for_weights,
)
from engine.runner.model_runner import ModelRunner
from engine.runner.step import StepItem, StepResult
from engine.runner.step_rows import StepRows
from engine.runner.threads import set_cpu_threads
from engine.runner.throughput import Throughput
from engine.runner.torch_executor import TorchExecutor
from engine.runner.warm_up import WarmUp

__all__ = [
    "DecodeGraphs",
    "Executor",
    "KVPlan",
    "ModelRunner",
    "StepItem",
    "StepResult",
    "StepRows",
    "Throughput",
    "TorchExecutor",
    "WarmUp",
    "available_memory_bytes",
    "kv_memory_bytes",
    "plan_kv_blocks",
    "require_room_for_weights",
    "resolve_device",
    "resolve_dtype",
    "set_cpu_threads",
]

"""Runs one step of the model: tensors in, tokens out; plans the memory of the KV cache."""

from engine.runner.device import resolve_device, resolve_dtype
from engine.runner.memory import (
    KVPlan,
    available_host_bytes,
    available_memory_bytes,
    kv_memory_bytes,
    least_kv_blocks,
    plan_kv_blocks,
)
from engine.runner.memory_plan import MemoryPlan, plan_workspace_bytes
from engine.runner.model_runner import ModelRunner
from engine.runner.threads import set_cpu_threads
from engine.runner.throughput import Throughput

__all__ = [
    "KVPlan",
    "MemoryPlan",
    "ModelRunner",
    "Throughput",
    "available_host_bytes",
    "available_memory_bytes",
    "kv_memory_bytes",
    "least_kv_blocks",
    "plan_kv_blocks",
    "plan_workspace_bytes",
    "resolve_device",
    "resolve_dtype",
    "set_cpu_threads",
]

"""Runs one step of the model: tensors in, tokens out; plans the memory of the KV cache."""

from engine.runner.device import resolve_device, resolve_dtype
from engine.runner.memory import (
    KVPlan,
    available_memory_bytes,
    kv_memory_bytes,
    plan_kv_blocks,
    require_room_for_weights,
)
from engine.runner.model_runner import ModelRunner
from engine.runner.threads import set_cpu_threads
from engine.runner.throughput import Throughput

__all__ = [
    "KVPlan",
    "ModelRunner",
    "Throughput",
    "available_memory_bytes",
    "kv_memory_bytes",
    "plan_kv_blocks",
    "require_room_for_weights",
    "resolve_device",
    "resolve_dtype",
    "set_cpu_threads",
]

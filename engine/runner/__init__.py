"""Runs one step of the model: rows in, tokens and drafts out; plans the memory of the KV cache."""

from engine.runner.choose_executor import ChosenExecutor, StepLimits, choose_executor
from engine.runner.decode_graphs import DecodeGraphs
from engine.runner.device import resolve_device, resolve_dtype
from engine.runner.executor import Executor
from engine.runner.graph_costs import measure_graphs
from engine.runner.graph_memory import graph_reserve_bytes
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
from engine.runner.record_graphs import record_graphs, recorder_for
from engine.runner.recorder import Recorder
from engine.runner.step import StepItem, StepResult, judged_drafts
from engine.runner.step_rows import StepRows
from engine.runner.threads import set_cpu_threads
from engine.runner.throughput import Throughput
from engine.runner.torch_executor import TorchExecutor
from engine.runner.warm_up import WarmUp

__all__ = [
    "ChosenExecutor",
    "DecodeGraphs",
    "Executor",
    "KVPlan",
    "MemoryPlan",
    "ModelRunner",
    "Recorder",
    "StepItem",
    "StepLimits",
    "StepResult",
    "StepRows",
    "Throughput",
    "TorchExecutor",
    "WarmUp",
    "available_host_bytes",
    "available_memory_bytes",
    "choose_executor",
    "graph_reserve_bytes",
    "judged_drafts",
    "kv_memory_bytes",
    "least_kv_blocks",
    "measure_graphs",
    "plan_kv_blocks",
    "plan_workspace_bytes",
    "record_graphs",
    "recorder_for",
    "resolve_device",
    "resolve_dtype",
    "set_cpu_threads",
]

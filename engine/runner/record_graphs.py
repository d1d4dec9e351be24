"""Records the decode steps of an engine where its device can, and says what that took."""

import logging
import time

import torch

from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.runner.decode_graphs import DecodeGraphs
from engine.runner.memory import available_memory_bytes
from engine.runner.recorder import CudaRecorder, Recorder

logger = logging.getLogger(__name__)


def recorder_for(device: torch.device, *, cuda_graphs: bool) -> Recorder | None:
    """What records on this device; None where steps go the general way."""
    return CudaRecorder(device) if device.type == "cuda" and cuda_graphs else None


def record_graphs(
    model: Glm4MoeForCausalLM,
    kv: KVStorage,
    recorder: Recorder,
    *,
    vocab_size: int,
    num_blocks: int,
    max_blocks: int,
    max_batch: int,
    max_drafts: int,
) -> DecodeGraphs:
    """`DecodeGraphs` with these limits; the log gets their number, time and memory."""
    started_at, free_before = time.perf_counter(), available_memory_bytes(model.device)
    graphs = DecodeGraphs(
        model,
        kv,
        recorder,
        vocab_size=vocab_size,
        num_blocks=num_blocks,
        max_blocks=max_blocks,
        max_batch=max_batch,
        max_drafts=max_drafts,
    )
    taken = max(0, free_before - available_memory_bytes(model.device))
    logger.info(
        "Recorded %d decode steps in %.1f s; they take %d MiB",
        len(graphs.sizes),
        time.perf_counter() - started_at,
        taken // 2**20,
    )
    return graphs

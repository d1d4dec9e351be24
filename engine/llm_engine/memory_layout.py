"""Plans a model's memory before it is loaded, and lays its KV cache out afterwards."""

import logging
from typing import TypedDict

import torch

from engine.checkpoint.config import ModelConfig
from engine.llm_engine.records import EngineOptions
from engine.model.kv_storage import KVStorage
from engine.model.loading import WeightBytes
from engine.model.weight_options import WeightOptions
from engine.runner import (
    KVPlan,
    MemoryPlan,
    available_host_bytes,
    available_memory_bytes,
    graph_reserve_bytes,
    kv_memory_bytes,
    least_kv_blocks,
    plan_kv_blocks,
    plan_workspace_bytes,
)

logger = logging.getLogger(__name__)


class _CacheShape(TypedDict):
    num_layers: int
    block_size: int
    num_kv_heads: int
    head_dim: int


def plan_memory(
    config: ModelConfig,
    planned: WeightBytes,
    weights: WeightOptions,
    options: EngineOptions,
    *,
    records_steps: bool = False,
) -> MemoryPlan:
    """What the model will need and what is free now."""
    with_mtp = planned.mtp > 0
    shape = _cache_shape(config, options, with_mtp=with_mtp)
    block_bytes = KVStorage.bytes_per_block(**shape, dtype=kv_dtype(weights.dtype, options))
    blocks = least_kv_blocks(wanted_context(config, options), options.block_size)
    plan = MemoryPlan(
        device=str(weights.device),
        weight_bytes=planned.model,
        mtp_bytes=planned.mtp,
        least_kv_bytes=blocks * block_bytes,
        workspace_bytes=_reserve_bytes(config, options, records_steps, with_mtp)
        + plan_workspace_bytes(
            config,
            device=weights.device,
            dtype=weights.dtype,
            prefill_tokens=options.prefill_tokens_per_step,
            sampled_rows=options.max_running,
        ),
        free_bytes=available_memory_bytes(weights.device),
        free_host_bytes=available_host_bytes(),
    )
    logger.info("%s", plan.sentence())
    return plan


def lay_out_cache(
    config: ModelConfig,
    weights: WeightOptions,
    options: EngineOptions,
    *,
    with_mtp: bool,
    records_steps: bool = False,
) -> tuple[KVPlan, KVStorage]:
    """The cache in the memory that is free now; the draft layer's is one more layer of it.

    What recorded steps will take is left free, and they get one block more than is planned, the
    last one, for what nobody reads. Raises `EngineUnavailable` (out_of_memory), with the numbers.
    """
    shape = _cache_shape(config, options, with_mtp=with_mtp)
    dtype = kv_dtype(weights.dtype, options)
    block_bytes = KVStorage.bytes_per_block(**shape, dtype=dtype)
    reserve_bytes = _reserve_bytes(config, options, records_steps, with_mtp)
    memory_bytes = options.kv_memory_bytes or kv_memory_bytes(weights.device) - reserve_bytes
    plan = plan_kv_blocks(
        context_length=wanted_context(config, options),
        block_size=options.block_size,
        bytes_per_block=block_bytes,
        max_running=options.max_running,
        memory_bytes=max(0, memory_bytes - records_steps * block_bytes),
    )
    logger.info("%s", plan.sentence(options.block_size, config.max_position_embeddings))
    num_blocks = plan.num_blocks + records_steps
    kv = KVStorage(**shape, num_blocks=num_blocks, dtype=dtype, device=weights.device)
    return plan, kv


def kv_dtype(dtype: torch.dtype, options: EngineOptions) -> torch.dtype:
    """The type of keys and values in a model that computes in `dtype`."""
    return torch.float8_e4m3fn if options.fp8_kv else dtype


def _reserve_bytes(
    config: ModelConfig, options: EngineOptions, records_steps: bool, with_mtp: bool
) -> int:
    if not records_steps:
        return 0
    max_drafts = options.max_drafts if with_mtp else 0
    return graph_reserve_bytes(config, max_batch=options.max_running, max_drafts=max_drafts)


def _cache_shape(config: ModelConfig, options: EngineOptions, *, with_mtp: bool) -> _CacheShape:
    return {
        "num_layers": config.num_hidden_layers + with_mtp,
        "block_size": options.block_size,
        "num_kv_heads": config.num_key_value_heads,
        "head_dim": config.head_dim,
    }


def wanted_context(config: ModelConfig, options: EngineOptions) -> int:
    """What prompt and answer may have together where the memory allows it, in tokens."""
    longest = config.max_position_embeddings
    return min(options.context_length or longest, longest)

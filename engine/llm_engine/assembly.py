"""Builds the parts of an engine from a checkpoint folder."""

import logging
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.checkpoint.config import ModelConfig, read_generation_config, read_model_config
from engine.checkpoint.progress import ProgressCallback
from engine.errors import CheckpointError
from engine.kvcache import BlockPool
from engine.llm_engine.records import EngineOptions
from engine.model.kv_storage import KVStorage
from engine.model.loading import load_model, plan_weights
from engine.runner import (
    KVPlan,
    ModelRunner,
    available_memory_bytes,
    kv_memory_bytes,
    plan_kv_blocks,
    require_room_for_weights,
    resolve_device,
    resolve_dtype,
    set_cpu_threads,
)
from engine.sampling import Sampler, SamplingAdvice
from engine.scheduler import Scheduler, SchedulerLimits

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineParts:
    """All that an engine is made of."""

    runner: ModelRunner
    scheduler: Scheduler
    tokenizer: ChatTokenizer
    template: ChatTemplate
    advice: SamplingAdvice
    device: torch.device
    dtype: torch.dtype


def load_parts(
    folder: Path,
    *,
    device_name: str,
    dtype_name: str,
    options: EngineOptions,
    progress: ProgressCallback | None,
) -> EngineParts:
    """Load a checkpoint and lay out its KV cache.

    Raises `CheckpointError` for the folder, `EngineUnavailable` for the device or the memory.
    """
    device = resolve_device(device_name)
    dtype = resolve_dtype(dtype_name, device)
    config = read_model_config(folder)
    set_cpu_threads(device, config, options.cpu_threads)
    tokenizer = ChatTokenizer.from_folder(folder)
    template = ChatTemplate.from_folder(folder)
    _require_same_vocabulary(tokenizer, config)
    require_room_for_weights(plan_weights(config, dtype).model, available_memory_bytes(device))
    model = load_model(folder, device=device, dtype=dtype, progress=progress)
    plan, kv = _lay_out_cache(config, device, dtype, options)
    limits = SchedulerLimits(
        context_length=plan.context_length,
        block_size=options.block_size,
        max_running=options.max_running,
        max_waiting=options.max_waiting,
        prefill_tokens_per_step=options.prefill_tokens_per_step,
    )
    return EngineParts(
        runner=ModelRunner(model, kv, Sampler(tokenizer.vocab_size)),
        scheduler=Scheduler(limits, BlockPool(plan.num_blocks)),
        tokenizer=tokenizer,
        template=template,
        advice=_read_advice(folder),
        device=device,
        dtype=dtype,
    )


def _read_advice(folder: Path) -> SamplingAdvice:
    config = read_generation_config(folder)
    return SamplingAdvice(temperature=config.temperature, top_p=config.top_p)


def _require_same_vocabulary(tokenizer: ChatTokenizer, config: ModelConfig) -> None:
    if tokenizer.vocab_size > config.vocab_size:
        raise CheckpointError(
            f"The tokenizer has {tokenizer.vocab_size} tokens and the model's embedding "
            f"{config.vocab_size}; the files belong to different models."
        )


def _lay_out_cache(
    config: ModelConfig, device: torch.device, dtype: torch.dtype, options: EngineOptions
) -> tuple[KVPlan, KVStorage]:
    shape = {
        "num_layers": config.num_hidden_layers,
        "block_size": options.block_size,
        "num_kv_heads": config.num_key_value_heads,
        "head_dim": config.head_dim,
    }
    longest = config.max_position_embeddings
    plan = plan_kv_blocks(
        context_length=min(options.context_length or longest, longest),
        block_size=options.block_size,
        bytes_per_block=KVStorage.bytes_per_block(**shape, dtype=dtype),
        max_running=options.max_running,
        memory_bytes=options.kv_memory_bytes or kv_memory_bytes(device),
    )
    logger.info(
        "KV cache: %d blocks of %d tokens, context %d of %d tokens",
        plan.num_blocks,
        options.block_size,
        plan.context_length,
        longest,
    )
    kv = KVStorage(**shape, num_blocks=plan.num_blocks, dtype=dtype, device=device)
    return plan, kv

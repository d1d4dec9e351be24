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
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import CheckpointModel
from engine.model.weight_options import WeightOptions
from engine.runner import (
    KVPlan,
    ModelRunner,
    WarmUp,
    available_memory_bytes,
    choose_executor,
    kv_memory_bytes,
    plan_kv_blocks,
    require_room_for_weights,
    resolve_device,
    resolve_dtype,
    set_cpu_threads,
)
from engine.sampling import Sampler, SamplingAdvice
from engine.scheduler import DraftLengthPolicy, PrefillBudget, Scheduler, SchedulerLimits

# Of a prompt's end; drafts that know more of it are hardly better, and reading it takes time that
# the first token would have to wait for.
CPU_DRAFT_WINDOW = 256
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineParts:
    """All that an engine is made of."""

    runner: ModelRunner
    scheduler: Scheduler
    draft_policy: DraftLengthPolicy
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
    weights = WeightOptions(
        device=device, dtype=dtype, with_mtp=options.max_drafts > 0, fp8_head=options.fp8_head
    )
    checkpoint = CheckpointModel.read(folder)
    planned = checkpoint.plan(weights)
    require_room_for_weights(planned.model + planned.mtp, available_memory_bytes(device))
    model = checkpoint.load(weights, progress)
    plan, kv = _lay_out_cache(model, options)
    max_drafts = options.max_drafts if model.mtp is not None else 0
    executor = choose_executor(model, kv, tokenizer.vocab_size, options)
    warm_up = WarmUp(
        executor,
        block_size=options.block_size,
        num_blocks=plan.num_blocks,
        max_rows=options.max_running * (max_drafts + 1),
    )
    return EngineParts(
        runner=ModelRunner(
            executor,
            Sampler(tokenizer.vocab_size),
            block_size=options.block_size,
            draft_window=CPU_DRAFT_WINDOW if device.type == "cpu" else 0,
        ),
        scheduler=_build_scheduler(plan, options, max_drafts),
        draft_policy=DraftLengthPolicy(warm_up.measure(max_drafts), max_drafts),
        tokenizer=tokenizer,
        template=template,
        advice=_read_advice(folder),
        device=device,
        dtype=dtype,
    )


def _build_scheduler(plan: KVPlan, options: EngineOptions, max_drafts: int) -> Scheduler:
    limits = SchedulerLimits(
        context_length=plan.context_length,
        block_size=options.block_size,
        max_running=options.max_running,
        max_waiting=options.max_waiting,
        max_prefill_tokens_per_step=options.prefill_tokens_per_step,
        max_drafts=max_drafts,
    )
    budget = PrefillBudget(
        block_size=options.block_size,
        maximum_tokens=options.prefill_tokens_per_step,
        target_seconds=options.target_itl_ms / 1000,
    )
    return Scheduler(limits, BlockPool(plan.num_blocks), budget)


def _read_advice(folder: Path) -> SamplingAdvice:
    config = read_generation_config(folder)
    return SamplingAdvice(temperature=config.temperature, top_p=config.top_p)


def _require_same_vocabulary(tokenizer: ChatTokenizer, config: ModelConfig) -> None:
    if tokenizer.vocab_size > config.vocab_size:
        raise CheckpointError(
            f"The tokenizer has {tokenizer.vocab_size} tokens and the model's embedding "
            f"{config.vocab_size}; the files belong to different models."
        )


def _lay_out_cache(model: Glm4MoeForCausalLM, options: EngineOptions) -> tuple[KVPlan, KVStorage]:
    config, dtype = model.config, model.dtype
    shape = {
        # The draft layer's keys and values lie beside the others, in one more layer.
        "num_layers": config.num_hidden_layers + (model.mtp is not None),
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
        memory_bytes=options.kv_memory_bytes or kv_memory_bytes(model.device),
    )
    logger.info(
        "KV cache: %d blocks of %d tokens, context %d of %d tokens",
        plan.num_blocks,
        options.block_size,
        plan.context_length,
        longest,
    )
    kv = KVStorage(**shape, num_blocks=plan.num_blocks, dtype=dtype, device=model.device)
    return plan, kv

"""Builds the parts of an engine from a checkpoint folder."""

from dataclasses import dataclass
from pathlib import Path

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.checkpoint.config import ModelConfig, read_generation_config, read_model_config
from engine.checkpoint.model_file import DOWNLOAD_MODEL
from engine.checkpoint.progress import ProgressCallback
from engine.errors import CheckpointError
from engine.kvcache import BlockPool
from engine.llm_engine.memory_layout import wanted_context
from engine.llm_engine.model_parts import load_model_parts
from engine.llm_engine.records import EngineFacts, EngineOptions
from engine.model.loading import CheckpointModel
from engine.model.random_weights import RandomModel
from engine.model.weight_options import WeightOptions
from engine.runner import KVPlan, ModelRunner, resolve_device, resolve_dtype, set_cpu_threads
from engine.sampling import SamplingAdvice
from engine.scheduler import (
    DraftLengthPolicy,
    MultiStepPolicy,
    PrefillBudget,
    Scheduler,
    SchedulerLimits,
)


@dataclass(frozen=True, slots=True)
class EngineParts:
    """All that an engine is made of. `wanted_context` is what prompt and answer may have together
    where the memory allows it, in tokens."""

    runner: ModelRunner
    scheduler: Scheduler
    draft_policy: DraftLengthPolicy
    multi_step: MultiStepPolicy
    tokenizer: ChatTokenizer
    template: ChatTemplate
    advice: SamplingAdvice
    wanted_context: int
    kv_bytes_per_block: int
    facts: EngineFacts


def load_parts(
    folder: Path,
    *,
    device_name: str,
    dtype_name: str,
    options: EngineOptions,
    progress: ProgressCallback | None,
) -> EngineParts:
    """Load a checkpoint and lay out its KV cache. What is read at once is checked first.

    Raises `CheckpointError` for the folder, `EngineUnavailable` for the device or the memory.
    """
    device = resolve_device(device_name)
    config = read_model_config(folder)
    set_cpu_threads(device, config, options.cpu_threads)
    tokenizer = ChatTokenizer.from_folder(folder)
    template = ChatTemplate.from_folder(folder)
    _require_same_vocabulary(tokenizer, config)
    template.check(tokenizer)
    advice = _read_advice(folder)
    weights = WeightOptions(
        device=device,
        dtype=resolve_dtype(dtype_name, device),
        with_mtp=options.max_drafts > 0,
        keep_fp8=options.keep_fp8,
        fp8_head=options.fp8_head,
    )
    model = load_model_parts(
        RandomModel(config) if options.random_weights else CheckpointModel.read(folder),
        config,
        weights,
        vocab_size=tokenizer.vocab_size,
        stop_token_ids=tokenizer.stop_token_ids,
        options=options,
        progress=progress,
    )
    max_drafts = model.facts.max_drafts
    return EngineParts(
        runner=model.runner,
        scheduler=_build_scheduler(model.plan, options, max_drafts),
        draft_policy=DraftLengthPolicy(model.costs, max_drafts),
        multi_step=MultiStepPolicy(model.runner.most_decode_steps),
        tokenizer=tokenizer,
        template=template,
        advice=advice,
        wanted_context=wanted_context(config, options),
        kv_bytes_per_block=model.kv_bytes_per_block,
        facts=model.facts,
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
            f"{config.vocab_size}, so tokenizer.json and config.json belong to different models; "
            f"{DOWNLOAD_MODEL}."
        )

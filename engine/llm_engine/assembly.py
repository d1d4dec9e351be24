"""Builds the parts of an engine from a checkpoint folder."""

from dataclasses import dataclass
from pathlib import Path

import torch

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.checkpoint.config import ModelConfig, read_generation_config, read_model_config
from engine.checkpoint.model_file import DOWNLOAD_MODEL
from engine.checkpoint.progress import ProgressCallback
from engine.errors import CheckpointError
from engine.kvcache import BlockPool
from engine.llm_engine.memory_layout import lay_out_cache, plan_memory
from engine.llm_engine.records import EngineOptions
from engine.model.loading import CheckpointModel
from engine.model.random_weights import RandomModel
from engine.model.weight_options import WeightOptions
from engine.runner import ModelRunner, resolve_device, resolve_dtype, set_cpu_threads
from engine.sampling import Sampler, SamplingAdvice
from engine.scheduler import Scheduler, SchedulerLimits


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
    _require_working(template, tokenizer)
    advice = _read_advice(folder)
    source = RandomModel(config) if options.random_weights else CheckpointModel.read(folder)
    weights = WeightOptions(
        device=device, dtype=dtype, keep_fp8=options.keep_fp8, fp8_head=options.fp8_head
    )
    plan_memory(config, source.plan(weights), weights, options).require_fit()
    model = source.load(weights, progress)
    plan, kv = lay_out_cache(config, weights, options, with_mtp=model.mtp is not None)
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
        advice=advice,
        device=device,
        dtype=dtype,
    )


def _read_advice(folder: Path) -> SamplingAdvice:
    config = read_generation_config(folder)
    return SamplingAdvice(temperature=config.temperature, top_p=config.top_p)


def _require_working(template: ChatTemplate, tokenizer: ChatTokenizer) -> None:
    """A template that cannot render the plainest chat would refuse every request."""
    template.check(tokenizer)


def _require_same_vocabulary(tokenizer: ChatTokenizer, config: ModelConfig) -> None:
    if tokenizer.vocab_size > config.vocab_size:
        raise CheckpointError(
            f"The tokenizer has {tokenizer.vocab_size} tokens and the model's embedding "
            f"{config.vocab_size}, so tokenizer.json and config.json belong to different models; "
            f"{DOWNLOAD_MODEL}."
        )

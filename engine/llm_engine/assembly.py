"""Builds the parts of an engine from a checkpoint folder."""

from dataclasses import dataclass
from pathlib import Path

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.checkpoint.config import ModelConfig, read_generation_config, read_model_config
from engine.checkpoint.model_file import DOWNLOAD_MODEL
from engine.checkpoint.progress import ProgressCallback
from engine.errors import CheckpointError
from engine.kvcache import BlockPool, blocks_for_tokens
from engine.llm_engine.memory_layout import lay_out_cache, plan_memory
from engine.llm_engine.records import EngineFacts, EngineOptions
from engine.model.loading import CheckpointModel
from engine.model.random_weights import RandomModel
from engine.model.weight_options import WeightOptions
from engine.runner import (
    KVPlan,
    ModelRunner,
    WarmUp,
    choose_executor,
    measure_graphs,
    record_graphs,
    recorder_for,
    resolve_device,
    resolve_dtype,
    set_cpu_threads,
)
from engine.sampling import Sampler, SamplingAdvice
from engine.scheduler import DraftLengthPolicy, PrefillBudget, Scheduler, SchedulerLimits

# Of a prompt's end; drafts that know more of it are hardly better, and reading it takes time that
# the first token would have to wait for.
CPU_DRAFT_WINDOW = 256


@dataclass(frozen=True, slots=True)
class EngineParts:
    """All that an engine is made of."""

    runner: ModelRunner
    scheduler: Scheduler
    draft_policy: DraftLengthPolicy
    tokenizer: ChatTokenizer
    template: ChatTemplate
    advice: SamplingAdvice
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
    template.check(tokenizer)
    advice = _read_advice(folder)
    source = RandomModel(config) if options.random_weights else CheckpointModel.read(folder)
    weights = WeightOptions(
        device=device,
        dtype=dtype,
        with_mtp=options.max_drafts > 0,
        keep_fp8=options.keep_fp8,
        fp8_head=options.fp8_head,
    )
    recorder = recorder_for(device, cuda_graphs=options.cuda_graphs)
    records_steps = recorder is not None
    planned = source.plan(weights)
    plan_memory(config, planned, weights, options, records_steps=records_steps).require_fit()
    model = source.load(weights, progress)
    plan, kv = lay_out_cache(
        config, weights, options, with_mtp=model.mtp is not None, records_steps=records_steps
    )
    max_drafts = 0 if model.mtp is None else options.max_drafts
    chosen = choose_executor(
        source,
        model,
        kv,
        weights,
        vocab_size=tokenizer.vocab_size,
        max_context=plan.context_length,
        compiled_step=options.compiled_step,
        cache_folder=options.cache_folder,
        cpu_threads=options.cpu_threads,
    )
    costs = WarmUp(
        chosen.executor,
        block_size=options.block_size,
        num_blocks=plan.num_blocks,
        max_rows=options.max_running * (max_drafts + 1),
    ).measure(max_drafts)
    graphs = None
    if recorder is not None:
        graphs = record_graphs(
            model,
            kv,
            recorder,
            vocab_size=tokenizer.vocab_size,
            num_blocks=plan.num_blocks,
            max_blocks=blocks_for_tokens(plan.context_length, options.block_size),
            max_batch=options.max_running,
            max_drafts=max_drafts,
        )
        costs = measure_graphs(graphs, vocab_size=tokenizer.vocab_size)
    return EngineParts(
        runner=ModelRunner(
            chosen.executor,
            Sampler(tokenizer.vocab_size, chosen.draw),
            vocab_size=tokenizer.vocab_size,
            block_size=options.block_size,
            draft_window=CPU_DRAFT_WINDOW if device.type == "cpu" else 0,
            graphs=graphs,
        ),
        scheduler=_build_scheduler(plan, options, max_drafts),
        draft_policy=DraftLengthPolicy(costs, max_drafts),
        tokenizer=tokenizer,
        template=template,
        advice=advice,
        kv_bytes_per_block=kv.block_bytes,
        facts=EngineFacts(
            device=str(device),
            dtype=str(dtype).removeprefix("torch."),
            threads=chosen.threads,
            bytes_per_weight=chosen.bytes_per_weight,
            kv_itemsize=1 if kv.is_fp8 else dtype.itemsize,
            max_drafts=max_drafts,
        ),
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

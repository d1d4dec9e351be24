"""The computing half of an engine: weights, cache, executor, recorded steps, and what they cost."""

from collections.abc import Collection
from dataclasses import dataclass

from engine.checkpoint.config import ModelConfig
from engine.checkpoint.progress import ProgressCallback
from engine.kvcache import blocks_for_tokens
from engine.llm_engine.memory_layout import lay_out_cache, plan_memory
from engine.llm_engine.records import EngineFacts, EngineOptions
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.model.loading import CheckpointModel
from engine.model.random_weights import RandomModel
from engine.model.weight_options import WeightOptions
from engine.runner import (
    ChosenExecutor,
    DecodeGraphs,
    KVPlan,
    ModelRunner,
    Recorder,
    StepLimits,
    WarmUp,
    choose_executor,
    measure_graphs,
    record_graphs,
    recorder_for,
)
from engine.sampling import Sampler
from engine.scheduler import StepCosts

# Of a prompt's end; drafts that know more of it are hardly better, and reading it takes time that
# the first token would have to wait for.
CPU_DRAFT_WINDOW = 256


@dataclass(frozen=True, slots=True)
class ModelParts:
    """A loaded model, ready to run steps; `costs` is what they take on this machine."""

    runner: ModelRunner
    costs: StepCosts
    plan: KVPlan
    kv_bytes_per_block: int
    facts: EngineFacts


def load_model_parts(
    source: CheckpointModel | RandomModel,
    config: ModelConfig,
    weights: WeightOptions,
    *,
    vocab_size: int,
    stop_token_ids: Collection[int],
    options: EngineOptions,
    progress: ProgressCallback | None,
) -> ModelParts:
    """Load a model, lay out its cache, choose how it computes, and time that. Where several tokens
    are drawn without the host in between, none is computed beyond one of `stop_token_ids`.

    Raises `CheckpointError` for damaged files, `EngineUnavailable` for lack of memory, told before
    any weight is read.
    """
    recorder = recorder_for(weights.device, cuda_graphs=options.cuda_graphs)
    records_steps = recorder is not None
    planned = source.plan(weights)
    plan_memory(config, planned, weights, options, records_steps=records_steps).require_fit()
    model = source.load(weights, progress)
    plan, kv = lay_out_cache(
        config, weights, options, with_mtp=model.mtp is not None, records_steps=records_steps
    )
    chosen = choose_executor(
        source,
        model,
        kv,
        weights,
        vocab_size=vocab_size,
        limits=_step_limits(options, plan),
        compiled_step=options.compiled_step,
        cache_folder=options.cache_folder,
        cpu_threads=options.cpu_threads,
    )
    max_drafts = 0 if model.mtp is None else options.max_drafts
    graphs = _record(model, kv, recorder, plan, vocab_size, max_drafts, options)
    return ModelParts(
        runner=ModelRunner(
            chosen.executor,
            Sampler(vocab_size, chosen.draw),
            vocab_size=vocab_size,
            block_size=options.block_size,
            draft_window=CPU_DRAFT_WINDOW if model.device.type == "cpu" else 0,
            graphs=graphs,
            decoder=chosen.build_decoder(stop_token_ids, options.decode_steps),
        ),
        costs=_time_steps(chosen, graphs, plan, vocab_size, max_drafts, options),
        plan=plan,
        kv_bytes_per_block=kv.block_bytes,
        facts=_facts(model, kv, chosen, max_drafts),
    )


def _step_limits(options: EngineOptions, plan: KVPlan) -> StepLimits:
    decode_rows = options.max_running * (options.max_drafts + 1)
    return StepLimits(
        rows=options.prefill_tokens_per_step + decode_rows,
        sample_rows=decode_rows,
        sequences=decode_rows,
        context=plan.context_length,
    )


def _record(
    model: Glm4MoeForCausalLM,
    kv: KVStorage,
    recorder: Recorder | None,
    plan: KVPlan,
    vocab_size: int,
    max_drafts: int,
    options: EngineOptions,
) -> DecodeGraphs | None:
    if recorder is None:
        return None
    return record_graphs(
        model,
        kv,
        recorder,
        vocab_size=vocab_size,
        num_blocks=plan.num_blocks,
        max_blocks=blocks_for_tokens(plan.context_length, options.block_size),
        max_batch=options.max_running,
        max_drafts=max_drafts,
    )


def _time_steps(
    chosen: ChosenExecutor,
    graphs: DecodeGraphs | None,
    plan: KVPlan,
    vocab_size: int,
    max_drafts: int,
    options: EngineOptions,
) -> StepCosts:
    """Run everything once, so that nothing is compiled or paged in later, and time it."""
    costs = WarmUp(
        chosen.executor,
        block_size=options.block_size,
        num_blocks=plan.num_blocks,
        max_rows=options.max_running * (max_drafts + 1),
    ).measure(max_drafts)
    return costs if graphs is None else measure_graphs(graphs, vocab_size=vocab_size)


def _facts(
    model: Glm4MoeForCausalLM, kv: KVStorage, chosen: ChosenExecutor, max_drafts: int
) -> EngineFacts:
    return EngineFacts(
        device=str(model.device),
        dtype=str(model.dtype).removeprefix("torch."),
        threads=chosen.threads,
        bytes_per_weight=chosen.bytes_per_weight,
        kv_itemsize=1 if kv.is_fp8 else model.dtype.itemsize,
        max_drafts=max_drafts,
    )

"""Which executor suits a model, its device and what the operator allows."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import torch

from engine.kernels import draw_tokens
from engine.kernels.cpu import CpuDraw, CpuStep, default_cache_folder, load_cpu_library
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.model.weight_options import WeightOptions
from engine.runner.cpu_executor import CpuDecoder, CpuExecutor
from engine.runner.cpu_weights import step_geometry, step_weights
from engine.runner.executor import Decoder, Executor
from engine.runner.split_executor import SplitExecutor
from engine.runner.threads import usable_cores
from engine.runner.torch_executor import TorchExecutor
from engine.sampling import DrawTokens


class WeightSource(Protocol):
    """Where a model came from, and can be read from once more."""

    @property
    def has_fp8(self) -> bool:
        """Whether any weight is stored in eight bits."""
        ...

    def load(self, options: WeightOptions) -> Glm4MoeForCausalLM:
        """The model, in the format that the options name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLimits:
    """The largest step: its rows, those whose logits are wanted, its sequences, and the longest
    context in tokens. What is larger in one of the first two is computed all the same, slower."""

    rows: int
    sample_rows: int
    sequences: int
    context: int


@dataclass(frozen=True, slots=True)
class ChosenExecutor:
    """An executor, how it draws, and what a step of few rows costs it: the threads it uses and the
    bytes that it reads for each weight. `compiled` is the compiled step inside it, if there is one.
    """

    executor: Executor
    draw: DrawTokens
    threads: int
    bytes_per_weight: float
    compiled: CpuStep | None = None

    def build_decoder(self, stop_token_ids: Collection[int], most_steps: int) -> Decoder | None:
        """What computes several decode steps in one go; None where each step needs the host."""
        if self.compiled is None or most_steps == 1:
            return None
        return CpuDecoder(self.compiled, stop_token_ids, most_steps)


def choose_executor(
    source: WeightSource,
    model: Glm4MoeForCausalLM,
    kv: KVStorage,
    weights: WeightOptions,
    *,
    vocab_size: int,
    limits: StepLimits,
    compiled_step: bool,
    cache_folder: Path | None,
    cpu_threads: int | None,
) -> ChosenExecutor:
    """The fastest executor that can be had; eager torch always can.

    `model` was loaded from `source` by `weights`. The compiled step keeps each weight as the
    checkpoint stores it, with its factor per row, which widened numbers have lost: so it takes
    eight-bit weights from the source once more.
    """
    eager = TorchExecutor(model, kv, vocab_size)
    if model.device.type != "cpu" or not compiled_step or kv.is_fp8:
        return _eagerly(eager, model, weights)
    library = load_cpu_library(cache_folder or default_cache_folder())
    if library is None:
        return _eagerly(eager, model, weights)
    threads = cpu_threads or usable_cores()
    # What is left to torch are a few large products, worth every core.
    torch.set_num_threads(threads)
    stored = source.load(replace(weights, keep_fp8=True)) if source.has_fp8 else model
    step = CpuStep(
        library,
        step_geometry(model.config, vocab_size),
        step_weights(stored),
        *kv.plain_layers(),
        threads=threads,
        max_rows=limits.rows,
        max_sample_rows=limits.sample_rows,
        max_sequences=limits.sequences,
        # A sequence may hold a block more than its context, where its last drafts are computed.
        max_context=limits.context + kv.block_size,
        activations="bfloat16" if model.dtype == torch.bfloat16 else "float32",
    )
    split = SplitExecutor(
        CpuExecutor(step), eager, max_rows=limits.rows, max_sample_rows=limits.sample_rows
    )
    bytes_per_weight = 1.0 if source.has_fp8 else 2.0
    return ChosenExecutor(split, CpuDraw(library), threads, bytes_per_weight, step)


def _eagerly(
    eager: TorchExecutor, model: Glm4MoeForCausalLM, weights: WeightOptions
) -> ChosenExecutor:
    itemsize = 1 if weights.keeps_fp8 else model.dtype.itemsize
    return ChosenExecutor(eager, draw_tokens, torch.get_num_threads(), float(itemsize))

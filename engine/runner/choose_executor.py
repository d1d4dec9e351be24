"""Which executor suits a model, its device and what the operator allows."""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import torch

from engine.kernels import draw_tokens
from engine.kernels.cpu import CpuDraw, CpuStep, default_cache_folder, load_cpu_library
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.model.weight_options import WeightOptions
from engine.runner.cpu_executor import CpuExecutor
from engine.runner.cpu_weights import step_geometry, step_weights
from engine.runner.executor import Executor
from engine.runner.split_executor import SplitExecutor
from engine.runner.threads import usable_cores
from engine.runner.torch_executor import TorchExecutor
from engine.sampling import DrawTokens

# From so many rows of one sequence on, torch's matrix products are faster than the compiled step.
LONGEST_COMPILED_ROWS = 16
MAX_COMPILED_ROWS = 64


class WeightSource(Protocol):
    """Where a model came from, and can be read from once more."""

    @property
    def has_fp8(self) -> bool:
        """Whether any weight is stored in eight bits."""
        ...

    def load(self, options: WeightOptions) -> Glm4MoeForCausalLM:
        """The model, in the format that the options name."""
        ...


def choose_executor(
    source: WeightSource,
    model: Glm4MoeForCausalLM,
    kv: KVStorage,
    weights: WeightOptions,
    *,
    vocab_size: int,
    max_context: int,
    compiled_step: bool,
    cache_folder: Path | None,
    cpu_threads: int | None,
) -> tuple[Executor, DrawTokens]:
    """The fastest executor that can be had, and how it draws; eager torch always can.

    `model` was loaded from `source` by `weights`. The compiled step keeps its weights in sixteen
    bits with a factor per row, which holds eight-bit weights exactly and their widened numbers not:
    so it takes them from the source once more, as they are stored.
    """
    eager = TorchExecutor(model, kv, vocab_size)
    if model.device.type != "cpu" or not compiled_step or kv.is_fp8:
        return eager, draw_tokens
    library = load_cpu_library(cache_folder or default_cache_folder())
    if library is None:
        return eager, draw_tokens
    threads = cpu_threads or usable_cores()
    # Reading prompts is what is left to torch: few and large products, worth every core.
    torch.set_num_threads(threads)
    stored = source.load(replace(weights, keep_fp8=True)) if source.has_fp8 else model
    step = CpuStep(
        library,
        step_geometry(model.config, vocab_size),
        step_weights(stored),
        *kv.plain_layers(),
        threads=threads,
        max_rows=MAX_COMPILED_ROWS,
        max_sequences=MAX_COMPILED_ROWS,
        # A sequence may hold a block more than its context, where its last drafts are computed.
        max_context=max_context + kv.block_size,
        activations="bfloat16" if model.dtype == torch.bfloat16 else "float32",
    )
    compiled = CpuExecutor(step)
    return (
        SplitExecutor(
            compiled, eager, longest_short=LONGEST_COMPILED_ROWS, max_rows=MAX_COMPILED_ROWS
        ),
        CpuDraw(library),
    )

"""Whether a freshly loaded library computes on this processor what torch does."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels.cpu.library import CpuLibrary
from engine.kernels.cpu.plain_step import PlainStep
from engine.kernels.cpu.random_weights import RandomModel
from engine.kernels.cpu.step import Activations, CpuStep
from engine.kernels.cpu.weights import StepGeometry

# Logits are of order 1; what differs is the order of sums, or the rounding of inputs to bfloat16.
TOLERANCE = 1e-3
ROUNDED_TOLERANCE = 0.1
_BLOCK_SIZE, _TABLE = 4, [2, 0, 3]
_PROMPT, _NEXT = [5, 1, 7, 7, 2], 3
# Small, and with widths that fill no vector.
_MODEL = RandomModel(
    geometry=StepGeometry(
        hidden_size=36,
        num_layers=2,
        num_heads=4,
        num_kv_heads=2,
        head_dim=20,
        vocab_size=50,
        num_experts=5,
        top_k=2,
        normalize=True,
        scaling_factor=1.5,
        epsilon=1e-5,
    ),
    rotary_dim=10,
    dense_width=44,
    expert_width=18,
    shared_width=22,
    weight_type=torch.float8_e4m3fn,
)


@dataclass(frozen=True, slots=True)
class _Rows:
    token_ids: list[int]
    positions: list[int]
    query_starts: list[int]
    context_starts: list[int]
    block_tables: list[list[int]]
    sample_rows: list[int]


def find_fault(library: CpuLibrary) -> str | None:
    """What the library computes wrong, as the end of a sentence; None if nothing."""
    error = library_error(library)
    if error > TOLERANCE:
        return f"differs from torch by {error:g}"
    if library.has_bfloat16_dot():
        error = library_error(library, "bfloat16")
        if error > ROUNDED_TOLERANCE:
            return f"differs from torch by {error:g} with bfloat16 activations"
    return None


def library_error(library: CpuLibrary, activations: Activations = "float32") -> float:
    """The largest difference of logits between the library and torch over a small random model.

    Infinite if a number is not finite, or if drafts of float32 activations differ.
    """
    geometry, weights = _MODEL.geometry, _MODEL.weights()
    draft = weights.draft
    assert draft is not None
    plain = PlainStep(geometry, weights, _cache(), _cache(), _TABLE)
    step = CpuStep(
        library, geometry, weights, _cache(), _cache(), threads=2, max_rows=8, max_sequences=2,
        max_context=12, activations=activations,
    )  # fmt: skip
    try:
        error = 0.0
        for tokens, start in ((_PROMPT, 0), ([_NEXT], len(_PROMPT))):
            expected = plain.forward(tokens, start)
            step.begin(_rows(tokens, start))
            step.wait()
            error = max(error, _difference(step.logits[: len(tokens)], plain.logits(expected)))
        if activations != "float32":
            return error
        drafted = plain.draft(draft, [4], expected, len(_PROMPT), len(_PROMPT))
        best = int(plain.logits(drafted)[0].argmax())
        rows = _rows([4], len(_PROMPT), context_start=len(_PROMPT))
        proposed = step.draft(rows, [0], 1)
        return error if int(proposed[0, 0]) == best else float("inf")
    finally:
        step.close()


def _cache() -> list[Tensor]:
    sizes = _MODEL.geometry
    shape = (max(_TABLE) + 1, _BLOCK_SIZE, sizes.num_kv_heads, sizes.head_dim)
    return [torch.zeros(shape) for _ in range(sizes.num_layers + 1)]


def _rows(token_ids: list[int], start: int, context_start: int = 0) -> _Rows:
    count = len(token_ids)
    positions = list(range(start, start + count))
    return _Rows(token_ids, positions, [0, count], [context_start], [_TABLE], list(range(count)))


def _difference(result: Tensor, expected: Tensor) -> float:
    difference = float((result - expected).abs().max())
    return difference if difference == difference else float("inf")

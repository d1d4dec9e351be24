"""Compares what a checkpoint stores with what the model needs, before any memory is taken."""

from collections.abc import Collection, Iterator, Mapping

from engine.checkpoint.formats import DTYPES, FP8_NAME, scale_name
from engine.checkpoint.model_file import DOWNLOAD_MODEL
from engine.checkpoint.safetensors_header import StoredTensor
from engine.errors import CheckpointError

SCALE_DTYPES = ("F32", "BF16")
NAMES_SHOWN = 8

Shapes = Mapping[str, tuple[int, ...]]


def is_fp8(tensor: StoredTensor | None) -> bool:
    """Whether these are eight-bit data, which need scales beside them."""
    return tensor is not None and tensor.dtype == FP8_NAME


def check_tensors(
    index: Mapping[str, StoredTensor], expected: Shapes, ignored: Collection[str] = ()
) -> None:
    """One CheckpointError names what is missing, unexpected, of another shape or type.

    expected: shape by name, without scales. ignored: names that may be there and are not used.
    """
    known = {*expected, *ignored, *(scale_name(name) for name in ignored)}
    known.update(scale_name(name) for name in expected if is_fp8(index.get(name)))
    problems = {
        "missing": [name for name in expected if name not in index],
        "missing scales": [
            scale_name(name)
            for name in expected
            if is_fp8(index.get(name)) and scale_name(name) not in index
        ],
        "unexpected": [name for name in index if name not in known],
        "of another shape or type": [
            text
            for name in expected
            if name in index
            for text in _mismatches(index, expected, name)
        ],
    }
    found = [f"{kind}: {_first(names)}" for kind, names in problems.items() if names]
    if found:
        raise CheckpointError(
            f"The tensors do not fit config.json; {'; '.join(found)}; {DOWNLOAD_MODEL}."
        )


def _first(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown} and {len(names) - NAMES_SHOWN} more"


def _mismatches(index: Mapping[str, StoredTensor], expected: Shapes, name: str) -> Iterator[str]:
    stored, shape = index[name], expected[name]
    if stored.shape != shape:
        yield f"{name} {list(stored.shape)} instead of {list(shape)}{_in_file(stored)}"
    if stored.dtype not in DTYPES or (is_fp8(stored) and not name.endswith(".weight")):
        yield f"{name} of type {stored.dtype}{_in_file(stored)}"
    scale = index.get(scale_name(name)) if is_fp8(stored) else None
    if scale is None:
        return
    if scale.shape not in (shape[:1], (*shape[:1], 1)) or len(shape) != 2:
        yield f"{scale.name} {list(scale.shape)} instead of {[shape[0], 1]}{_in_file(scale)}"
    if scale.dtype not in SCALE_DTYPES:
        yield f"{scale.name} of type {scale.dtype}{_in_file(scale)}"


def _in_file(tensor: StoredTensor) -> str:
    return f" in {tensor.file.name}"

"""Streams the weights of a checkpoint folder, one tensor at a time, after checking them all."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, cast

from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.checkpoint.formats import StoredWeight, pair_fp8, scale_name
from engine.checkpoint.tensor_index import (
    ITEM_BYTES,
    StoredTensor,
    damaged,
    read_tensor_index,
)
from engine.errors import CheckpointError

FP8 = "F8_E4M3"
SCALE_DTYPES = ("F32", "BF16")

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How far loading has come, in bytes of the files."""

    bytes_done: int
    bytes_total: int


ProgressCallback = Callable[[LoadProgress], None]


class Shard(Protocol):
    """What this module uses of an opened safetensors file."""

    def get_tensor(self, name: str) -> Tensor:
        """One tensor, as a view of the mapped file."""

    def __enter__(self) -> "Shard": ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


def checkpoint_bytes(folder: Path) -> int:
    """Bytes of all tensors in the folder, from the headers, to plan memory before loading."""
    return sum(tensor.num_bytes for tensor in read_tensor_index(folder).values())


def check_tensors(
    index: Mapping[str, StoredTensor], expected: Shapes, ignored: Collection[str] = ()
) -> None:
    """Compare what is stored with what the model needs; one CheckpointError names every problem.

    expected: shape by name, without scales. ignored: names that may be there and are not used.
    """
    known = {*expected, *ignored, *(scale_name(name) for name in ignored)}
    known.update(scale_name(name) for name in expected if _is_fp8(index.get(name)))
    problems = {
        "missing": [name for name in expected if name not in index],
        "missing scales": [
            scale_name(name)
            for name in expected
            if _is_fp8(index.get(name)) and scale_name(name) not in index
        ],
        "unexpected": [name for name in index if name not in known],
        "of another shape or type": [
            text
            for name in expected
            if name in index
            for text in _mismatches(index, expected, name)
        ],
    }
    found = [f"{kind}: {', '.join(sorted(names))}" for kind, names in problems.items() if names]
    if found:
        raise CheckpointError(f"The tensors do not fit config.json; {'; '.join(found)}.")


def stream_weights(
    index: Mapping[str, StoredTensor],
    names: Collection[str],
    progress: ProgressCallback | None = None,
) -> Iterator[tuple[str, StoredWeight]]:
    """Yield each named weight once, file by file; FP8 data come joined with their scales.

    A tensor is a view of the mapped file: copy what is to stay. Each file is opened once (a scale
    that lies in another file than its weight is fetched by itself). Raises CheckpointError for a
    file that cannot be read.
    """
    wanted = [index[name] for name in names]
    total = sum(tensor.num_bytes + _scale_bytes(index, tensor) for tensor in wanted)
    done = 0
    for file in sorted({tensor.file for tensor in wanted}):
        with _open(file) as shard:
            for tensor in (tensor for tensor in wanted if tensor.file == file):
                yield tensor.name, _read_weight(index, tensor, shard)
                done += tensor.num_bytes + _scale_bytes(index, tensor)
                if progress is not None:
                    progress(LoadProgress(done, total))


def _read_weight(
    index: Mapping[str, StoredTensor], tensor: StoredTensor, shard: Shard
) -> StoredWeight:
    data = _read(tensor, shard)
    if not _is_fp8(tensor):
        return data
    scale = index[scale_name(tensor.name)]
    if scale.file == tensor.file:
        return pair_fp8(data, _read(scale, shard))
    with _open(scale.file) as other:
        return pair_fp8(data, _read(scale, other))


def _open(file: Path) -> Shard:
    try:
        return cast("Shard", safe_open(file, framework="pt", device="cpu"))
    except (OSError, SafetensorError) as error:
        raise damaged(file, str(error)) from error


def _read(tensor: StoredTensor, shard: Shard) -> Tensor:
    try:
        return shard.get_tensor(tensor.name)
    except (OSError, SafetensorError) as error:
        raise damaged(tensor.file, str(error)) from error


def _is_fp8(tensor: StoredTensor | None) -> bool:
    return tensor is not None and tensor.dtype == FP8


def _scale_bytes(index: Mapping[str, StoredTensor], tensor: StoredTensor) -> int:
    return index[scale_name(tensor.name)].num_bytes if _is_fp8(tensor) else 0


def _mismatches(index: Mapping[str, StoredTensor], expected: Shapes, name: str) -> Iterator[str]:
    stored, shape = index.get(name), expected[name]
    if stored is None:
        return
    if stored.shape != shape:
        yield f"{name} {list(stored.shape)} instead of {list(shape)}"
    if stored.dtype not in ITEM_BYTES or (_is_fp8(stored) and not name.endswith(".weight")):
        yield f"{name} of type {stored.dtype}"
    scale = index.get(scale_name(name)) if _is_fp8(stored) else None
    if scale is None:
        return
    if scale.shape not in (shape[:1], (*shape[:1], 1)) or len(shape) != 2:
        yield f"{scale.name} {list(scale.shape)} instead of {[shape[0], 1]}"
    if scale.dtype not in SCALE_DTYPES:
        yield f"{scale.name} of type {scale.dtype}"

"""The header of one safetensors file: what tensors it holds and where their bytes lie.

File format: 8 bytes little-endian header length, a JSON header, then the data, which the tensors
fill one after another without a hole (https://huggingface.co/docs/safetensors). Everything a
header says is checked here, so that whoever reads the data may rely on it.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from engine.checkpoint.json_fields import parse_json_object
from engine.checkpoint.model_file import damaged, open_model_file, unreadable
from engine.errors import CheckpointError

LENGTH_BYTES = 8
# A shard of the published checkpoints describes some thousand tensors in half a megabyte.
MAX_HEADER_BYTES = 32 * 2**20
MAX_DIMENSIONS = 8
MAX_SIZE = 2**48
ITEM_BYTES = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1}


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor of a checkpoint as its header describes it; `start` is its place in the file."""

    name: str
    file: Path
    dtype: str
    shape: tuple[int, ...]
    num_bytes: int
    start: int


def read_header(path: Path) -> list[StoredTensor]:
    """All tensors of one file in the order of their data; raises CheckpointError."""
    descriptor, file_bytes = open_model_file(path)
    with os.fdopen(descriptor, "rb") as file:
        try:
            header_bytes = int.from_bytes(file.read(LENGTH_BYTES), "little")
            _require_whole_header(path, file_bytes, header_bytes)
            header = file.read(header_bytes)
        except OSError as error:
            raise unreadable(path, error) from error
    entries = _parse(path, header)
    data_start = LENGTH_BYTES + header_bytes
    tensors = [_stored_tensor(path, name, entry, data_start) for name, entry in entries.items()]
    tensors.sort(key=lambda tensor: (tensor.start, tensor.num_bytes))
    _require_no_holes(path, tensors, data_start, file_bytes)
    return tensors


def _require_whole_header(path: Path, file_bytes: int, header_bytes: int) -> None:
    if file_bytes < LENGTH_BYTES:
        raise damaged(path, f"it is only {file_bytes} bytes long")
    if header_bytes > MAX_HEADER_BYTES:
        raise damaged(path, f"its header is said to have {header_bytes} bytes, which is too long")
    if header_bytes > file_bytes - LENGTH_BYTES:
        raise damaged(path, "its header is cut off")


def _parse(path: Path, header: bytes) -> dict[str, object]:
    try:
        entries = parse_json_object(header.decode("utf-8"), f"the header of {path.name}")
    except UnicodeDecodeError:
        raise damaged(path, "its header is not UTF-8 text") from None
    except CheckpointError as error:
        reason = error.message.partition("; ")[0]
        raise damaged(path, reason) from error
    entries.pop("__metadata__", None)
    return entries


def _stored_tensor(path: Path, name: str, entry: object, data_start: int) -> StoredTensor:
    if not isinstance(entry, Mapping):
        raise damaged(path, f"its tensor {name[:120]!r} is not described")
    dtype, shape, offsets = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not (isinstance(dtype, str) and _are_sizes(shape) and _are_sizes(offsets)):
        raise damaged(path, f"its tensor {name[:120]!r} is not described")
    if len(shape) > MAX_DIMENSIONS or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise damaged(path, f"its tensor {name[:120]!r} has an impossible shape or place")
    num_bytes = offsets[1] - offsets[0]
    if dtype in ITEM_BYTES and num_bytes != ITEM_BYTES[dtype] * math.prod(shape):
        raise damaged(path, f"its tensor {name[:120]!r} has another size than its shape")
    return StoredTensor(name, path, dtype, tuple(shape), num_bytes, data_start + offsets[0])


def _are_sizes(value: object) -> TypeGuard[list[int]]:
    """Whether this is a list of integers that can be sizes or offsets."""
    return isinstance(value, list) and all(
        type(item) is int and 0 <= item <= MAX_SIZE for item in value
    )


def _require_no_holes(
    path: Path, tensors: list[StoredTensor], data_start: int, file_bytes: int
) -> None:
    end = data_start
    for tensor in tensors:
        if tensor.start != end:
            kind = "overlap" if tensor.start < end else "leave a hole"
            raise damaged(path, f"the data of its tensors {kind} at {tensor.name[:120]!r}")
        end += tensor.num_bytes
    if end != file_bytes:
        kind = "are cut off" if end > file_bytes else "end before the file does"
        raise damaged(path, f"the data of its tensors {kind} ({end} bytes of {file_bytes})")

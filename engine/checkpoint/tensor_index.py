"""What tensors a checkpoint folder holds, learned from the safetensors headers alone.

File format: 8 bytes little-endian header length, a JSON header, then the data
(https://huggingface.co/docs/safetensors). Only safetensors are read: unpickling runs code.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.checkpoint.json_fields import read_json_fields
from engine.errors import CheckpointError

INDEX_NAME = "model.safetensors.index.json"
SINGLE_NAME = "model.safetensors"
PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
LENGTH_BYTES = 8
ITEM_BYTES = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1}


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor of a checkpoint as its header describes it."""

    name: str
    file: Path
    dtype: str
    shape: tuple[int, ...]
    num_bytes: int


def read_tensor_index(folder: Path) -> dict[str, StoredTensor]:
    """All tensors of the folder by name; raises CheckpointError for damaged or foreign files."""
    weight_map = _weight_map(folder)
    files = sorted(set(weight_map.values())) or [SINGLE_NAME]
    tensors: dict[str, StoredTensor] = {}
    for file in files:
        for tensor in _read_header(folder / file):
            if weight_map.get(tensor.name, file) == file:
                tensors[tensor.name] = tensor
    return tensors


def _weight_map(folder: Path) -> dict[str, str]:
    """Tensor name to file name from the index file; empty for a folder with a single file."""
    if not (folder / INDEX_NAME).exists():
        if not (folder / SINGLE_NAME).exists():
            raise CheckpointError(_no_safetensors(folder))
        return {}
    fields = read_json_fields(folder / INDEX_NAME)
    entries = fields.require("weight_map")
    if not isinstance(entries, dict) or not entries:
        raise fields.wrong("weight_map", "an object that maps tensors to files")
    for file in entries.values():
        if not isinstance(file, str) or Path(file).name != file or not file:
            raise CheckpointError(f"{INDEX_NAME} names {file!r}, which is not a plain file name.")
    return cast("dict[str, str]", entries)


def _no_safetensors(folder: Path) -> str:
    if not folder.is_dir():
        return f"There is no model folder {folder}."
    pickles = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLE_SUFFIXES)
    if pickles:
        return f"{folder} holds {', '.join(pickles)}, but only safetensors files are read."
    return f"{folder} holds neither {INDEX_NAME} nor {SINGLE_NAME}."


def _read_header(path: Path) -> list[StoredTensor]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(LENGTH_BYTES), "little")
            if header_bytes > size - LENGTH_BYTES:
                raise damaged(path, "its header is cut off")
            header = json.loads(file.read(header_bytes))
    except FileNotFoundError:
        raise CheckpointError(f"{path.name} is missing in {path.parent}.") from None
    except (OSError, ValueError) as error:
        raise damaged(path, str(error)) from error
    if not isinstance(header, dict):
        raise damaged(path, "its header is not an object")
    header.pop("__metadata__", None)
    data_bytes = size - LENGTH_BYTES - header_bytes
    return [_stored_tensor(path, name, entry, data_bytes) for name, entry in header.items()]


def _stored_tensor(path: Path, name: str, entry: object, data_bytes: int) -> StoredTensor:
    if not isinstance(entry, Mapping):
        raise damaged(path, f"tensor {name!r} is not described")
    try:
        dtype, shape = str(entry["dtype"]), tuple(int(size) for size in entry["shape"])
        begin, end = (int(offset) for offset in entry["data_offsets"])
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(path, f"tensor {name!r} is not described") from error
    if not 0 <= begin <= end <= data_bytes:
        raise damaged(path, f"the data of tensor {name!r} are cut off")
    if dtype in ITEM_BYTES and end - begin != ITEM_BYTES[dtype] * math.prod(shape):
        raise damaged(path, f"tensor {name!r} has another size than its shape")
    return StoredTensor(name, path, dtype, shape, end - begin)


def damaged(path: Path, reason: str) -> CheckpointError:
    """The error for a file that is not what it should be."""
    return CheckpointError(f"{path.name} is damaged: {reason}.")

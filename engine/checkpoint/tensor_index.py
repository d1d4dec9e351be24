"""What tensors a checkpoint folder holds, learned from the safetensors headers alone.

Only safetensors are read: unpickling runs code.
"""

import logging
from collections import defaultdict
from pathlib import Path
from typing import cast

from engine.checkpoint.json_fields import JsonFields, read_json_fields, shorten
from engine.checkpoint.model_file import DOWNLOAD_AGAIN, DOWNLOAD_MODEL, require_folder
from engine.checkpoint.safetensors_header import StoredTensor, read_header
from engine.errors import CheckpointError

INDEX_NAME = "model.safetensors.index.json"
SINGLE_NAME = "model.safetensors"
WEIGHT_SUFFIX = ".safetensors"
PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
logger = logging.getLogger(__name__)


def read_tensor_index(folder: Path) -> dict[str, StoredTensor]:
    """All tensors of the folder by name; raises CheckpointError for damaged or foreign files."""
    weight_map = _read_weight_map(folder)
    _note_pickles(folder)
    if not weight_map:
        return {tensor.name: tensor for tensor in read_header(folder / SINGLE_NAME)}
    names_by_file = defaultdict(set)
    for name, file in weight_map.items():
        names_by_file[file].add(name)
    tensors: dict[str, StoredTensor] = {}
    for file, names in sorted(names_by_file.items()):
        stored = {tensor.name: tensor for tensor in read_header(folder / file)}
        _require_announced(file, names, stored)
        # What the index does not name still counts, so that it is found to be unexpected.
        tensors |= {name: stored[name] for name in stored if weight_map.get(name, file) == file}
    return tensors


def _require_announced(file: str, names: set[str], stored: dict[str, StoredTensor]) -> None:
    absent = min(names - stored.keys(), default=None)
    if absent is not None:
        raise CheckpointError(
            f"{INDEX_NAME} says that {file} holds {shorten(absent)}, which it does not; "
            f"{DOWNLOAD_MODEL}."
        )


def _read_weight_map(folder: Path) -> dict[str, str]:
    """Tensor name to file name from the index file; empty for a folder with a single file."""
    if not _is_there(folder / INDEX_NAME):
        if not _is_there(folder / SINGLE_NAME):
            raise CheckpointError(_no_safetensors(folder))
        return {}
    fields = read_json_fields(folder / INDEX_NAME)
    entries = fields.require("weight_map")
    if not isinstance(entries, dict) or not entries:
        raise fields.wrong("weight_map", "an object that maps tensors to files")
    for file in set(_file_names(fields, entries)):
        if Path(file).name != file or not file.endswith(WEIGHT_SUFFIX) or "\0" in file:
            raise CheckpointError(
                f"{INDEX_NAME} names {shorten(file)}, which is not a plain file name ending in "
                f"{WEIGHT_SUFFIX}; {DOWNLOAD_AGAIN}."
            )
    return cast("dict[str, str]", entries)


def _file_names(fields: JsonFields, entries: dict[str, object]) -> list[str]:
    names = [name for name in entries.values() if isinstance(name, str)]
    if len(names) != len(entries):
        raise fields.wrong("weight_map", "an object that maps tensors to files")
    return names


def _is_there(path: Path) -> bool:
    """Also for a link that leads nowhere, which is to be named and not passed over."""
    return path.is_symlink() or path.exists()


def _no_safetensors(folder: Path) -> str:
    require_folder(folder)
    pickles = _list_pickles(folder)
    if pickles:
        return (
            f"{folder} holds {_first(pickles)}, but only safetensors files are read; download the "
            "model's safetensors files."
        )
    return f"{folder} holds neither {INDEX_NAME} nor {SINGLE_NAME}; {DOWNLOAD_MODEL}."


def _note_pickles(folder: Path) -> None:
    pickles = _list_pickles(folder)
    if pickles:
        logger.info("%s: %s is never read, only safetensors are", folder, _first(pickles))


def _list_pickles(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix in PICKLE_SUFFIXES)


def _first(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"

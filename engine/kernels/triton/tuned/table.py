"""The tables of measured tile sizes, one JSON file per device, read once.

A file is named after the device (`NVIDIA H200` is `nvidia_h200.json`) and holds

    {"device": "NVIDIA H200", "measured": false, "provenance": "…", "entries": [
        {"operation": "linear", "rows": 14336, "columns": 4096, "tokens": 1,
         "dtype": "float8_e4m3fn", "sizes": {"block_rows": 16, …}, "gigabytes_per_second": null}]}

`tokens` is the upper end of a bucket (`row_bucket`). Without a measured table the kernels run with
defaults and one warning names the device: untuned sizes are the usual reason of slow results.
"""

import contextlib
import functools
import json
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import torch

from engine.kernels.triton.tuned.defaults import default_sizes
from engine.kernels.triton.tuned.sizes import TileSizes

_log = logging.getLogger(__name__)
_BUCKETS = (1, 2, 4, 8, 16, 32, 64)
FOLDER = Path(__file__).parent

Key = tuple[str, int, int, int, str]
_forced: ContextVar[tuple[str, TileSizes] | None] = ContextVar("_forced", default=None)


@contextlib.contextmanager
def forced_sizes(operation: str, sizes: TileSizes) -> Iterator[None]:
    """Launch `operation` with these sizes instead; for the tuner."""
    token = _forced.set((operation, sizes))
    try:
        yield
    finally:
        _forced.reset(token)


def row_bucket(num_tokens: int) -> int:
    """The bucket of a number of rows: the next of 1, 2, 4, …, 64; above that 64."""
    return next((bucket for bucket in _BUCKETS if num_tokens <= bucket), _BUCKETS[-1])


def tile_sizes(
    operation: str, num_rows: int, num_columns: int, num_tokens: int, dtype: torch.dtype
) -> TileSizes:
    """The measured sizes for this device and shape, else defaults.

    num_rows, num_columns: of the weight; num_tokens: rows of the activations.
    """
    forced = _forced.get()
    if forced is not None and forced[0] == operation:
        return forced[1]
    return _sizes(
        device_name(), operation, num_rows, num_columns, row_bucket(num_tokens), str(dtype)
    )


@functools.cache
def device_name() -> str:
    """The name that the driver gives to the device in use; `cpu` in Triton's interpreter."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def table_path(device: str, folder: Path = FOLDER) -> Path:
    """Where the table of a device lies or will lie."""
    name = "".join(letter if letter.isalnum() else "_" for letter in device.lower())
    return folder / f"{name}.json"


@functools.cache
def read_table(device: str, folder: Path = FOLDER) -> dict[Key, TileSizes]:
    """The entries of a device's table, none without a file.

    Logs one warning, naming the device, when nothing was measured on it.
    """
    path = table_path(device, folder)
    table: dict[str, Any] = {"measured": False, "entries": []}
    if path.exists():
        table = json.loads(path.read_text(encoding="utf-8"))
    if not table["measured"]:
        _log.warning(
            "The kernels are not tuned for %s and will be slower than they could be; "
            "run `python -m engine.kernels.triton.tune` there.",
            device,
        )
    return {_key(entry): TileSizes(**entry["sizes"]) for entry in table["entries"]}


def _key(entry: dict[str, Any]) -> Key:
    dtype = f"torch.{entry['dtype']}"
    return entry["operation"], entry["rows"], entry["columns"], entry["tokens"], dtype


@functools.cache
def _sizes(
    device: str, operation: str, num_rows: int, num_columns: int, bucket: int, dtype: str
) -> TileSizes:
    entry = read_table(device).get((operation, num_rows, num_columns, bucket, dtype))
    if entry is not None:
        return entry
    item_bytes = getattr(torch, dtype.removeprefix("torch.")).itemsize
    return default_sizes(operation, num_rows, num_columns, bucket, item_bytes)

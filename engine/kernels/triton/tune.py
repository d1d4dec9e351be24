"""Finds the fastest tile sizes on this device and writes them to its table.

    python -m engine.kernels.triton.tune

Run once per kind of device, commit the file: serving never tunes. Every launch that reads weights
is timed with every candidate that fits, on GLM-4.5-Air's shapes and each bucket of rows.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

import torch
from triton.errors import TritonError

from engine.kernels.triton.bench_kernels import NO_DEVICE, list_cases, time_on_device
from engine.kernels.triton.cases import KernelCase, WeightShape
from engine.kernels.triton.launch import ceil_divide
from engine.kernels.triton.tuned.sizes import TileSizes
from engine.kernels.triton.tuned.table import forced_sizes, row_bucket, table_path

_log = logging.getLogger(__name__)
_TOKEN_COUNTS = (1, 2, 4, 8, 16, 32, 64)
_ROWS = (8, 16, 32, 64, 128)
_COLUMNS = (64, 128, 256, 512, 1024)
_WARPS, _STAGES, _SPLITS = (4, 8), (2, 3, 4, 6), (1, 2, 4, 8)
_MIN_TILE_BYTES, _MAX_TILE_BYTES = 4096, 16384
# More programs than this fill an H200 without splits.
_ENOUGH_PROGRAMS = 264
# Two programs of a processor share its 227 KiB.
_MAX_BYTES_IN_FLIGHT = 110 * 1024

Timer = Callable[[Sequence[Callable[[], object]]], float]


def list_candidates(shape: WeightShape, num_tokens: int) -> Iterator[TileSizes]:
    """Sizes whose tiles are worth a load and fit into shared memory."""
    splits = _SPLITS if shape.operation == "linear" else (1,)
    for rows, columns, warps, stages, split in product(_ROWS, _COLUMNS, _WARPS, _STAGES, splits):
        tile_bytes = rows * columns * shape.dtype.itemsize
        if not _MIN_TILE_BYTES <= tile_bytes <= _MAX_TILE_BYTES:
            continue
        row_bytes = num_tokens * columns * 2
        if stages * (tile_bytes + row_bytes) > _MAX_BYTES_IN_FLIGHT:
            continue
        is_full = ceil_divide(shape.rows, rows) >= _ENOUGH_PROGRAMS
        if split * columns > shape.columns or (split > 1 and is_full):
            continue
        if num_tokens == 1 or rows >= 16:
            yield TileSizes(rows, columns, warps, stages, split)


def find_fastest(
    case: KernelCase, shape: WeightShape, candidates: Iterable[TileSizes], timer: Timer
) -> tuple[TileSizes, float] | None:
    """The fastest candidate and its seconds; those that the device refuses are passed over."""
    best: tuple[TileSizes, float] | None = None
    for sizes in candidates:
        try:
            with forced_sizes(shape.operation, sizes):
                seconds = timer(case.runs)
        except (TritonError, RuntimeError) as error:
            _log.debug("%s with %s was refused: %s", shape.operation, sizes, error)
            continue
        if best is None or seconds < best[1]:
            best = sizes, seconds
    return best


def tune(cases: Iterable[KernelCase], timer: Timer) -> list[dict[str, Any]]:
    """One table entry for each launch of the cases."""
    entries = []
    for case in cases:
        for shape in case.shapes:
            candidates = list_candidates(shape, case.num_tokens)
            best = find_fastest(case, shape, candidates, timer)
            if best is not None:
                entries.append(entry(shape, case.num_tokens, best[0], case.num_bytes / best[1]))
    return entries


def entry(
    shape: WeightShape, num_tokens: int, sizes: TileSizes, bytes_per_second: float | None
) -> dict[str, Any]:
    """A table entry; without a speed it was not measured."""
    speed = None if bytes_per_second is None else round(bytes_per_second / 1e9, 1)
    return {
        "operation": shape.operation,
        "rows": shape.rows,
        "columns": shape.columns,
        "tokens": row_bucket(num_tokens),
        "dtype": str(shape.dtype).removeprefix("torch."),
        "sizes": asdict(sizes),
        "gigabytes_per_second": speed,
    }


def write_table(
    path: Path, device: str, provenance: str, entries: list[dict[str, Any]], *, measured: bool
) -> None:
    """Write the table of a device, one entry a line."""
    lines = ",\n".join(f"  {json.dumps(each)}" for each in entries)
    head = {"device": device, "measured": measured, "provenance": provenance}
    start = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    path.write_text(f'{start},\n "entries": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def all_cases() -> Iterator[KernelCase]:
    """Every case at every bucket. The unsorted experts have one entry for all their buckets."""
    for num_tokens in _TOKEN_COUNTS:
        for case in list_cases(num_tokens):
            if case.name != "experts" or num_tokens == 1 or num_tokens > 8:
                yield case


def main() -> int:
    """Tune everything on the first CUDA device."""
    if not torch.cuda.is_available():
        sys.stderr.write(f"{NO_DEVICE}\n")
        return 1
    device = torch.cuda.get_device_name()
    provenance = f"timed with torch {torch.__version__} at GLM-4.5-Air's shapes, weights cold"
    write_table(
        table_path(device), device, provenance, tune(all_cases(), time_on_device), measured=True
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

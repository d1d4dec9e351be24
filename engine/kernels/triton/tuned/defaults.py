"""Tile sizes for shapes and devices without a table: sane, and measured nowhere.

Reasoning: at 4.3 TB/s and about a microsecond of latency some 32 KiB per processor have to be
in flight, and the launch needs about two programs for each of the 132 processors of an H200.
"""

from engine.kernels.triton.launch import ceil_divide, next_power_of_two
from engine.kernels.triton.tuned.sizes import TileSizes

_TILE_BYTES = 8192
_PROCESSORS = 132
_MAX_SPLITS = 8


def default_sizes(
    operation: str, num_rows: int, num_columns: int, num_tokens: int, item_bytes: int
) -> TileSizes:
    """Tiles for a weight [num_rows, num_columns] of `item_bytes` each and `num_tokens` rows."""
    columns = min(512 if num_tokens == 1 else 128, next_power_of_two(num_columns))
    rows = _TILE_BYTES // (max(columns, 32) * item_bytes)
    if num_tokens > 1:
        rows = max(rows, 32)
    if ceil_divide(num_rows, rows) < 2 * _PROCESSORS:
        rows = max(rows // 2, 16)
    rows = min(rows, max(16, next_power_of_two(num_rows)))
    stages = 2 if item_bytes * rows * columns > 2 * _TILE_BYTES else 4
    return TileSizes(
        block_rows=rows,
        block_columns=max(columns, 16),
        num_warps=4,
        num_stages=stages,
        splits=_default_splits(operation, num_rows, num_columns, rows, columns),
    )


def _default_splits(
    operation: str, num_rows: int, num_columns: int, block_rows: int, block_columns: int
) -> int:
    """Only `linear` has a second pass that adds splits up."""
    if operation != "linear":
        return 1
    programs, tiles = ceil_divide(num_rows, block_rows), ceil_divide(num_columns, block_columns)
    splits = 1
    while splits < _MAX_SPLITS and programs * splits < _PROCESSORS and tiles >= 4 * splits:
        splits *= 2
    return splits

"""What can be chosen for one launch of a kernel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TileSizes:
    """A tile of the weight [block_rows, block_columns], how many are in flight, and by whom.

    splits: programs that share the columns of one tile of rows (1: none).
    """

    block_rows: int
    block_columns: int
    num_warps: int
    num_stages: int
    splits: int = 1

"""Tile sizes of the kernels, from tables in this folder; nothing is tuned while serving."""

from engine.kernels.triton.tuned.defaults import default_sizes
from engine.kernels.triton.tuned.sizes import TileSizes
from engine.kernels.triton.tuned.table import forced_sizes, row_bucket, tile_sizes

__all__ = ["TileSizes", "default_sizes", "forced_sizes", "row_bucket", "tile_sizes"]

"""Bookkeeping of the block KV cache: which block belongs to whom. No torch, no tensors."""

from engine.kvcache.block_pool import BlockPool, BlockPoolError
from engine.kvcache.block_table import BlockTable, blocks_for_tokens

__all__ = ["BlockPool", "BlockPoolError", "BlockTable", "blocks_for_tokens"]

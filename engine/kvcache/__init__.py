"""Bookkeeping of the block KV cache: which block belongs to whom. No torch, no tensors."""

from engine.kvcache.block_count import blocks_for_tokens
from engine.kvcache.block_hash import extend_hash_chain, hash_block
from engine.kvcache.block_pool import BlockPool, CacheCounters
from engine.kvcache.errors import BlockPoolError

__all__ = [
    "BlockPool",
    "BlockPoolError",
    "CacheCounters",
    "blocks_for_tokens",
    "extend_hash_chain",
    "hash_block",
]

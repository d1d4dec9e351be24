"""Where the tokens of one step lie: in the packed batch and in the block KV cache."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class AttentionMetadata:
    """One step's layout: sequences packed one after another along num_tokens.

    query_starts: [num_sequences + 1], offsets into the packed tokens (host integers).
    context_lengths: [num_sequences], tokens in the cache after this step, including the new ones.
    context_starts: [num_sequences], the first position that attention sees: 0 in the main model.
    block_tables: int64 [num_sequences, max_blocks], unused entries hold any valid block.
    slot_mapping: int64 [num_tokens], block * block_size + offset where each new token's key and
        value go.
    """

    query_starts: tuple[int, ...]
    context_lengths: tuple[int, ...]
    context_starts: tuple[int, ...]
    block_tables: Tensor
    slot_mapping: Tensor

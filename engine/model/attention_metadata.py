"""Where the tokens of one step lie: in the packed batch and in the block KV cache.

Two layouts: sequences of any number of rows, described on the host, and decode steps with as many
rows for each sequence, described on the device, so that a step can be recorded and replayed.
"""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from engine import kernels
from engine.kernels import LayerCache


class AttentionMetadata(Protocol):
    """What a layer has to know: where new keys and values go, and how to attend."""

    @property
    def slot_mapping(self) -> Tensor:
        """int64 [num_tokens], block * block_size + offset where each new token's key goes."""

    def attend(self, query: Tensor, keys: LayerCache, values: LayerCache, scale: float) -> Tensor:
        """Attention of the new tokens over one layer's cache, which holds their keys already.

        query: [num_tokens, num_heads, head_dim]; returns the same shape.
        """


@dataclass(frozen=True, slots=True)
class PackedMetadata:
    """Sequences of any number of rows, packed one after another along num_tokens.

    query_starts: [num_sequences + 1], offsets into the packed tokens (host integers).
    context_lengths: [num_sequences], tokens in the cache after this step, including the new ones.
    context_starts: [num_sequences], the first position that attention sees: 0 in the main model.
    block_tables: int64 [num_sequences, max_blocks], unused entries hold any valid block.
    """

    query_starts: tuple[int, ...]
    context_lengths: tuple[int, ...]
    context_starts: tuple[int, ...]
    block_tables: Tensor
    slot_mapping: Tensor

    def attend(self, query: Tensor, keys: LayerCache, values: LayerCache, scale: float) -> Tensor:
        """Attention of each sequence's rows over its own context."""
        return kernels.paged_attention(
            query,
            keys,
            values,
            query_starts=self.query_starts,
            context_lengths=self.context_lengths,
            context_starts=self.context_starts,
            block_tables=self.block_tables,
            scale=scale,
        )


@dataclass(frozen=True, slots=True)
class DecodeMetadata:
    """`rows_per_sequence` rows of each sequence: its last tokens. No length is on the host.

    context_lengths, context_starts: int32 [batch], as above, on the device.
    block_tables: int32 [batch, max_blocks], as wide as the longest context ever.
    """

    rows_per_sequence: int
    context_lengths: Tensor
    context_starts: Tensor
    block_tables: Tensor
    slot_mapping: Tensor

    def attend(self, query: Tensor, keys: LayerCache, values: LayerCache, scale: float) -> Tensor:
        """Attention of each sequence's last rows over its own context."""
        return kernels.paged_decode_attention(
            query,
            keys,
            values,
            rows_per_sequence=self.rows_per_sequence,
            context_lengths=self.context_lengths,
            context_starts=self.context_starts,
            block_tables=self.block_tables,
            scale=scale,
        )

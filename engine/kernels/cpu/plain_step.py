"""The same step in plain torch operations, over the same description of weights.

What the library is checked against when it is loaded; slow, and short enough to be read.
"""

import torch
from torch import Tensor

from engine.kernels.cpu.weights import DraftWeights, LayerWeights, StepGeometry, StepWeights
from engine.kernels.reference.linear import linear
from engine.kernels.reference.moe_experts import mixture_of_experts, swiglu
from engine.kernels.reference.paged_attention import paged_attention, write_kv
from engine.kernels.reference.rms_norm import rms_norm
from engine.kernels.reference.rotary import apply_rotary, rotary_cos_sin
from engine.kernels.reference.router import route_tokens


class PlainStep:
    """One sequence whose positions lie in the blocks of `table`, in float32."""

    def __init__(
        self,
        geometry: StepGeometry,
        weights: StepWeights,
        keys: list[Tensor],
        values: list[Tensor],
        table: list[int],
    ) -> None:
        self._geometry = geometry
        self._weights = weights
        self._keys = keys
        self._values = values
        self._table = torch.tensor(table, dtype=torch.int64)

    def forward(self, token_ids: list[int], start: int) -> Tensor:
        """Hidden states after the final norm of tokens from position `start` on."""
        hidden = self._weights.embedding[token_ids].float()
        positions = torch.arange(start, start + len(token_ids))
        for number, layer in enumerate(self._weights.layers):
            hidden = self._layer(number, layer, hidden, positions, 0)
        return rms_norm(hidden, self._weights.norm.float(), self._geometry.epsilon)

    def logits(self, hidden: Tensor) -> Tensor:
        """[rows, head_rows] of normed hidden states."""
        return linear(hidden, self._weights.head)

    def draft(
        self,
        draft: DraftWeights,
        next_ids: list[int],
        hidden: Tensor,
        start: int,
        context_start: int,
    ) -> Tensor:
        """The normed hidden states of the draft layer for positions from `start` on."""
        epsilon = self._geometry.epsilon
        embedded = self._weights.embedding[next_ids].float()
        joined = torch.cat(
            [
                rms_norm(embedded, draft.embedding_norm.float(), epsilon),
                rms_norm(hidden, draft.hidden_norm.float(), epsilon),
            ],
            dim=-1,
        )
        positions = torch.arange(start, start + len(next_ids))
        number = len(self._weights.layers)
        drafted = self._layer(
            number, draft.layer, linear(joined, draft.projection), positions, context_start
        )
        return rms_norm(drafted, draft.head_norm.float(), epsilon)

    def _layer(
        self,
        number: int,
        layer: LayerWeights,
        hidden: Tensor,
        positions: Tensor,
        context_start: int,
    ) -> Tensor:
        epsilon = self._geometry.epsilon
        normed = rms_norm(hidden, layer.input_norm.float(), epsilon)
        hidden = hidden + self._attention(number, layer, normed, positions, context_start)
        normed = rms_norm(hidden, layer.post_attention_norm.float(), epsilon)
        return hidden + self._feed_forward(layer, normed)

    def _attention(
        self,
        number: int,
        layer: LayerWeights,
        hidden: Tensor,
        positions: Tensor,
        context_start: int,
    ) -> Tensor:
        sizes, epsilon = self._geometry, self._geometry.epsilon
        bias = None if layer.qkv_bias is None else layer.qkv_bias.float()
        heads = linear(hidden, layer.qkv, bias).view(len(positions), -1, sizes.head_dim)
        counts = [sizes.num_heads, sizes.num_kv_heads, sizes.num_kv_heads]
        query, key, value = torch.split(heads, counts, dim=1)
        if layer.query_norm is not None and layer.key_norm is not None:
            query = rms_norm(query, layer.query_norm.float(), epsilon)
            key = rms_norm(key, layer.key_norm.float(), epsilon)
        frequencies = self._weights.rotary_frequencies
        rotary = rotary_cos_sin(positions, frequencies, torch.float32)
        keys, values = self._keys[number], self._values[number]
        block_size = keys.shape[1]
        slots = self._table[positions // block_size] * block_size + positions % block_size
        write_kv(apply_rotary(key, *rotary), value, keys, values, slots)
        attended = paged_attention(
            apply_rotary(query, *rotary),
            keys,
            values,
            query_starts=(0, len(positions)),
            context_lengths=(int(positions[-1]) + 1,),
            context_starts=(context_start,),
            block_tables=self._table[None],
            scale=sizes.head_dim**-0.5,
        )
        return linear(attended.flatten(1), layer.output)

    def _feed_forward(self, layer: LayerWeights, hidden: Tensor) -> Tensor:
        if layer.router is None or layer.correction_bias is None:
            return swiglu(hidden, layer.gate_up, layer.down)
        assert layer.expert_gate_up is not None
        assert layer.expert_down is not None
        weights, expert_ids = route_tokens(
            hidden,
            layer.router.float(),
            layer.correction_bias.float(),
            top_k=self._geometry.top_k,
            normalize=self._geometry.normalize,
            scaling_factor=self._geometry.scaling_factor,
        )
        return mixture_of_experts(
            *(hidden, weights, expert_ids, layer.expert_gate_up, layer.expert_down),
            *(layer.gate_up, layer.down),
        )

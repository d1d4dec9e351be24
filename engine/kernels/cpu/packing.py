"""Hands a model's weights to the library, which copies them into its own layout.

Linear weights go over in the smallest format that loses nothing: eight-bit numbers and bfloat16 as
they are, each with its factor per row, and float as bfloat16 if that holds the same numbers.
"""

import torch
from torch import Tensor

from engine.kernels.cpu.library import CpuLibrary, Format, Slot
from engine.kernels.cpu.weights import DraftWeights, LayerWeights, StepWeights
from engine.kernels.weight import LinearWeight

_FORMATS = {
    torch.bfloat16: Format.BFLOAT16,
    torch.float32: Format.FLOAT,
    torch.float8_e4m3fn: Format.EIGHT_BIT,
}
_NOT_A_NUMBER = 0x7F


class WeightPacker:
    """Fills one model of the library; keeps alive what the library reads in place."""

    def __init__(self, library: CpuLibrary, model: int, *, eight_bit: bool) -> None:
        self._library = library
        self._model = model
        self._eight_bit = eight_bit
        self.kept: list[Tensor] = []

    def pack(self, weights: StepWeights) -> None:
        """Copy everything; the embedding alone is read where it lies."""
        for number, layer in enumerate(weights.layers):
            self._pack_layer(number, layer)
        if weights.draft is not None:
            self._pack_draft(len(weights.layers), weights.draft)
        self._vector(Slot.FINAL_NORM, 0, weights.norm)
        self._vector(Slot.FREQUENCIES, 0, weights.rotary_frequencies)
        self._linear(Slot.HEAD, 0, weights.head)
        self._embedding(weights.embedding)

    def _pack_draft(self, number: int, draft: DraftWeights) -> None:
        self._pack_layer(number, draft.layer)
        self._vector(Slot.EMBEDDING_NORM, 0, draft.embedding_norm)
        self._vector(Slot.HIDDEN_NORM, 0, draft.hidden_norm)
        self._vector(Slot.DRAFT_NORM, 0, draft.head_norm)
        self._linear(Slot.PROJECTION, 0, draft.projection)

    def _pack_layer(self, number: int, layer: LayerWeights) -> None:
        self._vector(Slot.INPUT_NORM, number, layer.input_norm)
        self._vector(Slot.POST_ATTENTION_NORM, number, layer.post_attention_norm)
        self._vector(Slot.QUERY_NORM, number, layer.query_norm)
        self._vector(Slot.KEY_NORM, number, layer.key_norm)
        self._linear(Slot.QKV, number, layer.qkv, bias=layer.qkv_bias)
        self._linear(Slot.OUTPUT, number, layer.output)
        self._linear(Slot.DENSE_GATE_UP, number, layer.gate_up)
        self._linear(Slot.DENSE_DOWN, number, layer.down)
        self._vector(Slot.ROUTER, number, layer.router)
        self._vector(Slot.CORRECTION_BIAS, number, layer.correction_bias)
        if layer.expert_gate_up is not None and layer.expert_down is not None:
            self._experts(Slot.EXPERT_GATE_UP, number, layer.expert_gate_up)
            self._experts(Slot.EXPERT_DOWN, number, layer.expert_down)

    def _experts(self, slot: Slot, layer: int, weight: LinearWeight) -> None:
        for expert in range(weight.data.shape[0]):
            self._linear(slot, layer, weight.expert(expert), expert=expert)

    def _linear(
        self,
        slot: Slot,
        layer: int,
        weight: LinearWeight,
        *,
        expert: int = 0,
        bias: Tensor | None = None,
    ) -> None:
        data = _smallest(weight.data, eight_bit=self._eight_bit).contiguous()
        scale = None if weight.scale is None else weight.scale.float().contiguous()
        offset = None if bias is None else bias.float().contiguous()
        rows, columns = data.shape
        error = self._library.set_linear(
            *(self._model, slot, layer, expert, data.data_ptr(), _FORMATS[data.dtype]),
            *(_address(scale), _address(offset), rows, columns),
        )
        if error:
            raise ValueError(f"the CPU step has no linear weight {slot.name}")

    def _vector(self, slot: Slot, layer: int, values: Tensor | None) -> None:
        if values is None:
            return
        plain = values.float().contiguous()
        self._library.set_vector(self._model, slot, layer, plain.data_ptr(), plain.numel())

    def _embedding(self, embedding: Tensor) -> None:
        kept = _plain(embedding).contiguous()
        self.kept.append(kept)
        wide = kept.dtype == torch.float32
        self._library.set_embedding(self._model, kept.data_ptr(), wide, kept.shape[0])


def _smallest(data: Tensor, *, eight_bit: bool) -> Tensor:
    """The same numbers in a format that the library reads."""
    if data.dtype == torch.float8_e4m3fn:
        return data if eight_bit and _all_finite(data) else data.to(torch.bfloat16)
    narrow = data.to(torch.bfloat16)
    return narrow if bool((narrow.float() == data.float()).all()) else data.float()


def _all_finite(data: Tensor) -> bool:
    """Whether eight-bit numbers are numbers: the library takes the code for none for a number."""
    return not bool(((data.view(torch.uint8) & _NOT_A_NUMBER) == _NOT_A_NUMBER).any())


def _plain(data: Tensor) -> Tensor:
    return data if data.dtype == torch.bfloat16 else data.float()


def _address(tensor: Tensor | None) -> int | None:
    return None if tensor is None else tensor.data_ptr()

"""How llama.cpp stores numbers: plain ones, and blocks of 32 quantized values with one scale.

The layouts are those of ggml (`block_q8_0` and `block_q4_0` in `ggml-common.h`): a float16 scale,
then 32 signed bytes, or 16 bytes that each hold value j (low bits) and value j + 16 (high bits).
"""

from collections.abc import Callable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
Floats = NDArray[np.float32]


class GgufType(IntEnum):
    """The numbers by which a GGUF file names its formats."""

    F32 = 0
    F16 = 1
    Q4_0 = 2
    Q8_0 = 8


_BLOCK_BYTES = {GgufType.Q4_0: 2 + BLOCK // 2, GgufType.Q8_0: 2 + BLOCK}


def fitting_type(wanted: GgufType, shape: tuple[int, ...]) -> GgufType:
    """`wanted` for a matrix whose rows are whole blocks, else what is next to it.

    Vectors stay in F32, as llama.cpp asks for.
    """
    if len(shape) == 1:
        return GgufType.F32
    if wanted in _BLOCK_BYTES and shape[-1] % BLOCK:
        return GgufType.F16
    return wanted


def stored_bytes(kind: GgufType, shape: tuple[int, ...]) -> int:
    """Bytes that a tensor of `shape` takes in this format."""
    values = int(np.prod(shape))
    if kind in _BLOCK_BYTES:
        return values // BLOCK * _BLOCK_BYTES[kind]
    return values * (4 if kind is GgufType.F32 else 2)


def encode_values(values: Floats, kind: GgufType) -> bytes:
    """`values` [..., columns] row after row in this format; blocks need columns % 32 == 0."""
    return _ENCODERS[kind](np.ascontiguousarray(values, dtype=np.float32))


def _as_float16(values: Floats) -> bytes:
    return values.astype("<f2").tobytes()


def _as_float32(values: Floats) -> bytes:
    return values.astype("<f4").tobytes()


def _as_q8_0(values: Floats) -> bytes:
    """The largest magnitude of a block becomes 127."""
    blocks = values.reshape(-1, BLOCK)
    scales = np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)
    quantized = np.rint(_divide(blocks, scales)).astype(np.int8)
    return _join(scales, quantized.view(np.uint8))


def _as_q4_0(values: Floats) -> bytes:
    """The value of largest magnitude becomes -8 of -8..7, stored with an offset of 8."""
    blocks = values.reshape(-1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scales = largest / np.float32(-8)
    shifted = np.floor(_divide(blocks, scales) + np.float32(8.5))
    quantized = np.clip(shifted, 0, 15).astype(np.uint8)
    low, high = quantized[:, : BLOCK // 2], quantized[:, BLOCK // 2 :]
    return _join(scales, low | (high << 4))


def _divide(blocks: Floats, scales: Floats) -> Floats:
    """Blocks by their scales; a block of zeros has scale zero and stays zeros."""
    return np.divide(blocks, scales, out=np.zeros_like(blocks), where=scales != 0)


def _join(scales: Floats, quantized: NDArray[np.uint8]) -> bytes:
    heads = scales.astype("<f2").view(np.uint8)
    return np.concatenate([heads, quantized], axis=1).tobytes()


_ENCODERS: dict[GgufType, Callable[[Floats], bytes]] = {
    GgufType.F32: _as_float32,
    GgufType.F16: _as_float16,
    GgufType.Q4_0: _as_q4_0,
    GgufType.Q8_0: _as_q8_0,
}

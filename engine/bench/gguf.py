"""Writes GGUF files, the container of llama.cpp. Knows no model.

Format (version 3, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), all little-endian:
magic, version, number of tensors, number of fields; the fields; for each tensor its name,
dimensions (fastest first), type and offset; then, aligned, the data.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.bench.gguf_types import Floats, GgufType, encode_values, stored_bytes

MAGIC = b"GGUF"
VERSION = 3
ALIGNMENT = 32
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9

FieldValue = bool | int | float | str | tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """A tensor to be written; `shape` is rows first, as everywhere else.

    `read` gives its values when they are to be written, so that no two tensors are held at once.
    """

    name: str
    shape: tuple[int, ...]
    kind: GgufType
    read: Callable[[], Floats]


def write_gguf(path: Path, fields: Mapping[str, FieldValue], tensors: Sequence[GgufTensor]) -> None:
    """Write the file, replacing one that is there."""
    head = [MAGIC, struct.pack("<IQQ", VERSION, len(tensors), len(fields))]
    head += [_string(name) + _field(value) for name, value in fields.items()]
    offset = 0
    for tensor in tensors:
        head.append(_describe(tensor, offset))
        offset += _aligned(stored_bytes(tensor.kind, tensor.shape))
    with path.open("wb") as file:
        file.write(_padded(b"".join(head)))
        for tensor in tensors:
            file.write(_padded(_data(tensor)))


def _data(tensor: GgufTensor) -> bytes:
    values = tensor.read()
    if values.shape != tensor.shape:
        raise ValueError(f"{tensor.name} is {values.shape} instead of {tensor.shape}")
    return encode_values(values, tensor.kind)


def _describe(tensor: GgufTensor, offset: int) -> bytes:
    dimensions = tensor.shape[::-1]
    sizes = struct.pack(f"<I{len(dimensions)}Q", len(dimensions), *dimensions)
    return _string(tensor.name) + sizes + struct.pack("<IQ", tensor.kind, offset)


def _field(value: FieldValue) -> bytes:
    """The type of a field, then its value; whole numbers are unsigned, those in arrays signed."""
    match value:
        case bool():
            return struct.pack("<I?", _BOOL, value)
        case int():
            return struct.pack("<II", _UINT32, value)
        case float():
            return struct.pack("<If", _FLOAT32, value)
        case str():
            return struct.pack("<I", _STRING) + _string(value)
    if value and isinstance(value[0], str):
        texts = b"".join(_string(str(item)) for item in value)
        return struct.pack("<IIQ", _ARRAY, _STRING, len(value)) + texts
    return struct.pack(f"<IIQ{len(value)}i", _ARRAY, _INT32, len(value), *value)


def _string(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _padded(data: bytes) -> bytes:
    return data.ljust(_aligned(len(data)), b"\0")

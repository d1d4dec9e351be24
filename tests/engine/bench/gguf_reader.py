"""Reads GGUF files back, independently of the writer, and widens their blocks to plain numbers."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALARS = {4: "<I", 5: "<i", 6: "<f", 7: "<?"}
STRING, ARRAY = 8, 9


@dataclass(frozen=True)
class ReadTensor:
    """`shape` is rows first."""

    shape: tuple[int, ...]
    kind: int
    offset: int
    values: NDArray[np.float32]


class GgufFile:
    """All fields and tensors of a file."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._at = 0
        self.magic = self._take(4)
        self.version = self._number("<I")
        num_tensors, num_fields = self._number("<Q"), self._number("<Q")
        self.fields = {self._string(): self._value(self._number("<I")) for _ in range(num_fields)}
        described = [self._describe() for _ in range(num_tensors)]
        self.data_start = -(-self._at // 32) * 32
        self.tensors = {
            name: self._read(shape, kind, offset) for name, shape, kind, offset in described
        }

    def _describe(self) -> tuple[str, tuple[int, ...], int, int]:
        name, dimensions = self._string(), self._number("<I")
        sizes = [self._number("<Q") for _ in range(dimensions)]
        return name, tuple(sizes[::-1]), self._number("<I"), self._number("<Q")

    def _read(self, shape: tuple[int, ...], kind: int, offset: int) -> ReadTensor:
        data = self._data[self.data_start + offset :]
        count = int(np.prod(shape))
        values = {0: _f32, 1: _f16, 2: _q4_0, 8: _q8_0}[kind](data, count)
        return ReadTensor(shape, kind, offset, values.reshape(shape))

    def _value(self, kind: int) -> Any:
        if kind == STRING:
            return self._string()
        if kind == ARRAY:
            item, count = self._number("<I"), self._number("<Q")
            return [self._value(item) for _ in range(count)]
        return self._number(SCALARS[kind])

    def _string(self) -> str:
        return self._take(self._number("<Q")).decode()

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _take(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


def _f32(data: bytes, count: int) -> NDArray[np.float32]:
    return np.frombuffer(data, "<f4", count)


def _f16(data: bytes, count: int) -> NDArray[np.float32]:
    return np.frombuffer(data, "<f2", count).astype(np.float32)


def _q8_0(data: bytes, count: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("values", "i1", 32)]), count // 32)
    return blocks["scale"].astype(np.float32)[:, None] * blocks["values"].astype(np.float32)


def _q4_0(data: bytes, count: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("values", "u1", 16)]), count // 32)
    low, high = blocks["values"] & 15, blocks["values"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return blocks["scale"].astype(np.float32)[:, None] * values

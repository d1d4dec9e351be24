"""Reads rows of stored tensors into memory that is lent to it: the files' bytes, nothing else."""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import torch
from torch import Tensor

from engine.checkpoint.formats import DTYPES
from engine.checkpoint.model_file import damaged, open_model_file, unreadable
from engine.checkpoint.safetensors_header import StoredTensor


class TensorFiles:
    """The opened files of a checkpoint; may be read from several threads at once.

    Files are read and not mapped: the pages of a mapped file count as memory of this process, up
    to the whole checkpoint.
    """

    def __init__(self, files: set[Path]) -> None:
        self._closing = ExitStack()
        self._descriptors: dict[Path, int] = {}
        with self._closing as stack:
            for file in sorted(files):
                descriptor, _ = open_model_file(file)
                stack.callback(os.close, descriptor)
                # Reading ahead pays: the pieces are asked for in their order in the file.
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
                self._descriptors[file] = descriptor
            self._closing = stack.pop_all()

    def __enter__(self) -> "TensorFiles":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.close()

    def read_rows(self, tensor: StoredTensor, first: int, count: int, buffer: Tensor) -> Tensor:
        """`count` rows of a tensor, [count, ...] in its stored type, as a view of `buffer`.

        buffer: uint8 of at least the bytes of these rows, on the host. A vector's rows are its
        numbers. Raises CheckpointError for a file that ends too soon or cannot be read.
        """
        size = row_bytes(tensor)
        target = buffer[: count * size]
        self._read(tensor, tensor.start + first * size, target.numpy().data)
        return target.view(DTYPES[tensor.dtype]).view(count, *tensor.shape[1:])

    def read_whole(self, tensor: StoredTensor) -> Tensor:
        """All of a tensor in memory of its own."""
        buffer = torch.empty(tensor.num_bytes, dtype=torch.uint8)
        return self.read_rows(tensor, 0, tensor.shape[0], buffer)

    def _read(self, tensor: StoredTensor, offset: int, target: memoryview) -> None:
        descriptor, done = self._descriptors[tensor.file], 0
        while done < len(target):
            try:
                count = os.preadv(descriptor, [target[done:]], offset + done)
            except OSError as error:
                raise unreadable(tensor.file, error) from error
            if count == 0:
                raise damaged(tensor.file, f"the data of its tensor {tensor.name!r} are cut off")
            done += count


def row_bytes(tensor: StoredTensor) -> int:
    """Bytes of one row of a matrix, or of one number of a vector."""
    return tensor.num_bytes // tensor.shape[0]

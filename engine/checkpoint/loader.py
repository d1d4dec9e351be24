"""Streams the weights of a checkpoint into their slots: several readers, little memory each.

Whatever the size of the checkpoint, a reader holds one staging buffer (in pinned memory where the
slots lie on a GPU) and what one piece becomes in another format.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.checkpoint.formats import DTYPES, StoredWeight, pair_fp8, scale_name
from engine.checkpoint.model_file import DOWNLOAD_AGAIN
from engine.checkpoint.progress import ProgressCallback, ProgressMeter
from engine.checkpoint.safetensors_header import StoredTensor
from engine.checkpoint.tensor_checks import is_fp8
from engine.checkpoint.tensor_files import TensorFiles, row_bytes
from engine.checkpoint.weight_slot import WeightSlot
from engine.errors import CheckpointError

PIECE_BYTES = 4 * 2**20
# Measured on two shared cores with 1.6 GB in the page cache (November 2026), into huge pages: 6.5
# GB/s with two readers, 7.4 with four, 3.2 with one; a plain read into one buffer made 9.0.
NUM_READERS = 4
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows of one stored tensor, and the row of the slot where they begin."""

    tensor: StoredTensor
    slot: WeightSlot
    slot_row: int
    num_rows: int


def load_weights(
    index: Mapping[str, StoredTensor],
    slots: Mapping[str, WeightSlot],
    progress: ProgressCallback | None = None,
    *,
    num_readers: int = NUM_READERS,
) -> None:
    """Fill every slot from the stored tensor of its name; FP8 data are joined with their scales.

    `progress` is called from the readers' threads, never by two at once. Raises CheckpointError
    for a file that cannot be read or a scale that is no scale.
    """
    wanted = _in_file_order(index, slots)
    meter = ProgressMeter(sum(_slot_bytes(index, t, slots[t.name]) for t in wanted), progress)
    started_at = time.monotonic()
    with TensorFiles(_files_of(index, wanted)) as files:
        _Reading(index, files, _pieces(wanted, slots), meter).run(num_readers)
    elapsed = time.monotonic() - started_at
    done = meter.read().bytes_done / 1e9
    logger.info(
        "Loaded %.2f GB in %.1f s: %.2f GB/s by %d readers",
        done, elapsed, done / max(elapsed, 1e-9), num_readers,
    )  # fmt: skip


def stream_weights(
    index: Mapping[str, StoredTensor], names: Collection[str]
) -> Iterator[tuple[str, StoredWeight]]:
    """Yield each named weight whole, in memory of its own; FP8 data come joined with their scales.

    Raises CheckpointError as `load_weights`.
    """
    wanted = _in_file_order(index, names)
    with TensorFiles(_files_of(index, wanted)) as files:
        for tensor in wanted:
            data = files.read_whole(tensor)
            if is_fp8(tensor):
                scale = index[scale_name(tensor.name)]
                yield tensor.name, pair_fp8(data, _require_scale(scale, files.read_whole(scale)))
            else:
                yield tensor.name, data


class _Reading:
    """The readers of one loading. The first that fails stops the others."""

    def __init__(
        self,
        index: Mapping[str, StoredTensor],
        files: TensorFiles,
        pieces: Iterator[_Piece],
        meter: ProgressMeter,
    ) -> None:
        self._index = index
        self._files = files
        self._pieces = pieces
        self._meter = meter
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self, num_readers: int) -> None:
        """Read all pieces; raises what a reader raised."""
        with ThreadPoolExecutor(num_readers, thread_name_prefix="weights") as pool:
            readers = [pool.submit(self._read_pieces) for _ in range(num_readers)]
            try:
                for reader in readers:
                    reader.result()
            finally:
                self._stopped.set()

    @torch.inference_mode()
    def _read_pieces(self) -> None:
        buffers = _Buffers()
        try:
            while not self._stopped.is_set():
                with self._lock:
                    piece = next(self._pieces, None)
                if piece is None:
                    return
                self._read_piece(piece, buffers)
        except BaseException:
            self._stopped.set()
            raise

    def _read_piece(self, piece: _Piece, buffers: "_Buffers") -> None:
        tensor, device = piece.tensor, piece.slot.data.device
        first = piece.slot.first_row + piece.slot_row
        staging = piece.slot.memory_of(piece.slot_row, piece.num_rows, DTYPES[tensor.dtype])
        if staging is None:
            staging = buffers.data(piece.num_rows * row_bytes(tensor), device)
        data = self._files.read_rows(tensor, first, piece.num_rows, staging)
        rows: StoredWeight = data
        num_bytes = staging.numel()
        if is_fp8(tensor):
            scale = self._index[scale_name(tensor.name)]
            scale_staging = buffers.scale(piece.num_rows * row_bytes(scale), device)
            scales = self._files.read_rows(scale, first, piece.num_rows, scale_staging)
            rows = pair_fp8(data, _require_scale(scale, scales))
            num_bytes += scale_staging.numel()
        with buffers.stream(device):
            piece.slot.fill(piece.slot_row, rows)
        buffers.wait(device)
        self._meter.add(num_bytes)


class _Buffers:
    """One reader's memory on the host, and its stream where there is a GPU."""

    def __init__(self) -> None:
        self._memory: dict[str, Tensor] = {}
        self._stream: torch.cuda.Stream | None = None

    def data(self, num_bytes: int, device: torch.device) -> Tensor:
        """uint8 [num_bytes], the same memory every time."""
        return self._lend("data", num_bytes, device)

    def scale(self, num_bytes: int, device: torch.device) -> Tensor:
        """As `data`, for the scales that belong to it."""
        return self._lend("scale", num_bytes, device)

    def stream(self, device: torch.device) -> AbstractContextManager[object]:
        """Where the copies of this reader are queued."""
        if device.type != "cuda":
            return nullcontext()
        if self._stream is None:
            self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        return torch.cuda.stream(self._stream)

    def wait(self, device: torch.device) -> None:
        """Until the memory may be written again."""
        if device.type == "cuda" and self._stream is not None:
            self._stream.synchronize()

    def _lend(self, kind: str, num_bytes: int, device: torch.device) -> Tensor:
        memory = self._memory.get(kind)
        if memory is None or memory.numel() < num_bytes:
            pinned = device.type == "cuda"
            size = max(num_bytes, PIECE_BYTES if kind == "data" else 0)
            memory = torch.empty(size, dtype=torch.uint8, pin_memory=pinned)
            self._memory[kind] = memory
        return memory[:num_bytes]


def _require_scale(scale: StoredTensor, values: Tensor) -> Tensor:
    numbers = values.float()
    if not bool((numbers.isfinite() & (numbers > 0)).all()):
        raise CheckpointError(
            f"{scale.file.name}: {scale.name} holds a scale that is not a number above zero; "
            f"{DOWNLOAD_AGAIN}."
        )
    return values


def _in_file_order(index: Mapping[str, StoredTensor], names: Collection[str]) -> list[StoredTensor]:
    return sorted((index[name] for name in names), key=lambda tensor: (tensor.file, tensor.start))


def _files_of(index: Mapping[str, StoredTensor], wanted: list[StoredTensor]) -> set[Path]:
    scales = [index[scale_name(tensor.name)] for tensor in wanted if is_fp8(tensor)]
    return {tensor.file for tensor in [*wanted, *scales]}


def _pieces(wanted: list[StoredTensor], slots: Mapping[str, WeightSlot]) -> Iterator[_Piece]:
    for tensor in wanted:
        slot = slots[tensor.name]
        step, rows = max(1, PIECE_BYTES // max(1, row_bytes(tensor))), slot.data.shape[0]
        for row in range(0, rows, step):
            yield _Piece(tensor, slot, row, min(step, rows - row))


def _slot_bytes(index: Mapping[str, StoredTensor], tensor: StoredTensor, slot: WeightSlot) -> int:
    """Bytes that are read for a slot: whole rows, with their scales."""
    scale = row_bytes(index[scale_name(tensor.name)]) if is_fp8(tensor) else 0
    return slot.data.shape[0] * (row_bytes(tensor) + scale)

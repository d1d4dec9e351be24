"""Draws tokens by the library: the twin of the reference's `draw_tokens`."""

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kernels.cpu.library import CpuLibrary


class DrawParameters(Protocol):
    """How each row is drawn, one array per field, [rows] each; as the reference describes them."""

    @property
    def temperature(self) -> NDArray[np.float64]:
        """Below 1e-5 the likeliest token is taken."""

    @property
    def top_p(self) -> NDArray[np.float64]:
        """1.0 is off."""

    @property
    def top_k(self) -> NDArray[np.int32]:
        """0 is off."""

    @property
    def min_p(self) -> NDArray[np.float64]:
        """0.0 is off."""

    @property
    def seed(self) -> NDArray[np.int64]:
        """Decides the random number, with `position`."""

    @property
    def position(self) -> NDArray[np.int64]:
        """Where in its sequence the token will stand."""


def parameter_arrays(parameters: DrawParameters) -> tuple[NDArray[np.generic], ...]:
    """The fields in the order above, each as the library reads it."""
    return (
        np.ascontiguousarray(parameters.temperature, np.float64),
        np.ascontiguousarray(parameters.top_p, np.float64),
        np.ascontiguousarray(parameters.top_k, np.int32),
        np.ascontiguousarray(parameters.min_p, np.float64),
        np.ascontiguousarray(parameters.seed, np.int64),
        np.ascontiguousarray(parameters.position, np.int64),
    )


class CpuDraw:
    """Called like `draw_tokens`; the same token for the same seed and position."""

    def __init__(self, library: CpuLibrary) -> None:
        self._draw = library.draw

    def __call__(self, logits: Tensor, parameters: DrawParameters, vocab_size: int) -> Tensor:
        """A token per row of fp32 [rows, padded_vocab], int64 [rows]; -1 for a row that is not
        finite."""
        rows = logits.shape[0]
        arrays = parameter_arrays(parameters)
        tokens = np.empty(rows, np.int32)
        source = logits if logits.stride(-1) == 1 else logits.contiguous()
        addresses = (array.ctypes.data for array in (*arrays, tokens))
        self._draw(source.data_ptr(), source.stride(0), vocab_size, rows, *addresses)
        return torch.from_numpy(tokens).long()

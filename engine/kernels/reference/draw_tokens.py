"""Draws one token for each row of logits, from settings that lie on the host."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kernels.reference.draw_rows import (
    GREEDY_BELOW,
    NOT_FINITE,
    DrawTensors,
    draw_filtered,
    finite_rows,
)


@dataclass(frozen=True, slots=True, eq=False)
class DrawParameters:
    """How each row is drawn, one array per field, [rows] each.

    `top_k` 0, `top_p` 1.0 and `min_p` 0.0 are off. `position` is where in its sequence the token
    will stand; together with `seed` it decides the random number.
    """

    temperature: NDArray[np.float64]
    top_p: NDArray[np.float64]
    top_k: NDArray[np.int32]
    min_p: NDArray[np.float64]
    seed: NDArray[np.int64]
    position: NDArray[np.int64]


def draw_tokens(logits: Tensor, parameters: DrawParameters, vocab_size: int) -> Tensor:
    """Draw a token per row: fp32 [rows, padded_vocab] -> int64 [rows] on the same device.

    As `draw_rows`, and only the rows that are not greedy are sorted.
    """
    logits, finite = finite_rows(logits, vocab_size)
    tokens = logits.argmax(dim=-1)
    drawn = np.flatnonzero(parameters.temperature >= GREEDY_BELOW)
    if drawn.size:
        rows = torch.from_numpy(drawn).to(logits.device)
        tokens[rows] = draw_filtered(logits[rows], _select(parameters, drawn, logits.device))
    return torch.where(finite, tokens, NOT_FINITE)


def _select(
    parameters: DrawParameters, rows: NDArray[np.intp], device: torch.device
) -> DrawTensors:
    """The settings of some rows, on the device."""

    def column(values: NDArray[np.float64] | NDArray[np.int32] | NDArray[np.int64]) -> Tensor:
        return torch.from_numpy(values[rows]).to(device)

    return DrawTensors(
        temperature=column(parameters.temperature),
        top_p=column(parameters.top_p),
        top_k=column(parameters.top_k).long(),
        min_p=column(parameters.min_p),
        seed=column(parameters.seed),
        position=column(parameters.position),
    )

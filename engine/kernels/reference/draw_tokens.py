"""Draws one token for each row of logits, all rows at once.

The filters apply in this order: temperature, top-k, top-p over what is left, min-p. Each keeps the
most likely tokens, so in sorted order they are all prefixes. The draw inverts the cumulative
distribution at a number that depends on (seed, position) alone: a row's token does not depend on
its batch mates.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kernels.reference.noise import uniform

# A temperature below this one takes the likeliest token, of equal ones the smallest id.
GREEDY_BELOW = 1e-5
NOT_FINITE = -1


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

    Ids from `vocab_size` on are padding and are never drawn. A row that holds a value which is not
    finite gives -1 and does not disturb the others.
    """
    logits = logits[:, :vocab_size]
    # As good as isfinite of all, at a fraction of its time: not-a-number comes out of both.
    finite = torch.isfinite(logits.amin(dim=-1)) & torch.isfinite(logits.amax(dim=-1))
    logits = torch.where(finite[:, None], logits, 0.0)
    tokens = logits.argmax(dim=-1)
    drawn = np.flatnonzero(parameters.temperature >= GREEDY_BELOW)
    if drawn.size:
        rows = torch.from_numpy(drawn).to(logits.device)
        tokens[rows] = _draw(logits[rows], _select(parameters, drawn))
    return torch.where(finite, tokens, NOT_FINITE)


def _select(parameters: DrawParameters, rows: NDArray[np.intp]) -> DrawParameters:
    return DrawParameters(
        temperature=parameters.temperature[rows],
        top_p=parameters.top_p[rows],
        top_k=parameters.top_k[rows],
        min_p=parameters.min_p[rows],
        seed=parameters.seed[rows],
        position=parameters.position[rows],
    )


def _draw(logits: Tensor, parameters: DrawParameters) -> Tensor:
    """Tokens drawn from the filtered distributions: fp32 [rows, vocab] -> int64 [rows]."""
    device = logits.device
    ordered, ids = logits.sort(dim=-1, descending=True, stable=True)
    ordered = ordered.to(torch.float64)
    probabilities = torch.softmax(ordered / _column(parameters.temperature, device), dim=-1)
    cumulative = _filter(probabilities, parameters).cumsum(dim=-1)
    noise = uniform(
        torch.from_numpy(parameters.seed).to(device),
        torch.from_numpy(parameters.position).to(device),
    )
    total = cumulative[:, -1:].contiguous()
    ranks = torch.searchsorted(cumulative, noise[:, None] * total, right=True)
    last_kept = torch.searchsorted(cumulative, total)
    return ids.gather(1, torch.minimum(ranks, last_kept)).squeeze(1)


def _filter(probabilities: Tensor, parameters: DrawParameters) -> Tensor:
    """Zero what top-k, top-p and min-p exclude: float64 [rows, vocab], sorted downwards."""
    device, vocab = probabilities.device, probabilities.shape[-1]
    top_k = _column(np.where(parameters.top_k == 0, vocab, parameters.top_k), device)
    top_p = _column(parameters.top_p, device)
    min_p = _column(parameters.min_p, device)

    ranks = torch.arange(vocab, device=device)
    kept = torch.where(ranks < top_k, probabilities, 0.0)
    before = kept.cumsum(dim=-1) - kept
    allowed = top_p * kept.sum(dim=-1, keepdim=True)
    # top_p 1 keeps everything: rounding in the sums must not cut the tail.
    kept = torch.where((before < allowed) | (top_p >= 1.0), kept, 0.0)
    return torch.where(kept >= min_p * kept[:, :1], kept, 0.0)


def _column(values: NDArray[np.float64] | NDArray[np.int32], device: torch.device) -> Tensor:
    """One value per row, [rows, 1], on the device."""
    return torch.from_numpy(values).to(device)[:, None]

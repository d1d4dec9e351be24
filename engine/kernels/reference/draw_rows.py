"""Draws one token for each row of logits, all rows at once, with everything on the device.

The filters apply in this order: temperature, top-k, top-p over what is left, min-p. Each keeps the
most likely tokens, so in sorted order they are all prefixes. The draw inverts the cumulative
distribution at a number that depends on (seed, position) alone: a row's token does not depend on
its batch mates.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels.reference.noise import uniform

# A temperature below this one takes the likeliest token, of equal ones the smallest id.
GREEDY_BELOW = 1e-5
NOT_FINITE = -1


@dataclass(frozen=True, slots=True, eq=False)
class DrawTensors:
    """How each row is drawn, one tensor per field, [rows] each, on the device of the logits.

    temperature, top_p, min_p: float64; top_k, seed, position: int64. `top_k` 0, `top_p` 1.0 and
    `min_p` 0.0 are off. `position` is where in its sequence the token will stand; together with
    `seed` it decides the random number.
    """

    temperature: Tensor
    top_p: Tensor
    top_k: Tensor
    min_p: Tensor
    seed: Tensor
    position: Tensor


def draw_rows(logits: Tensor, parameters: DrawTensors, vocab_size: int) -> Tensor:
    """Draw a token per row: fp32 [rows, padded_vocab] -> int64 [rows].

    Ids from `vocab_size` on are padding and are never drawn. A row that holds a value which is not
    finite gives -1 and does not disturb the others. The work depends on no value: it can be
    recorded.
    """
    logits, finite = finite_rows(logits, vocab_size)
    tokens = torch.where(
        parameters.temperature >= GREEDY_BELOW,
        draw_filtered(logits, parameters),
        logits.argmax(dim=-1),
    )
    return torch.where(finite, tokens, NOT_FINITE)


def finite_rows(logits: Tensor, vocab_size: int) -> tuple[Tensor, Tensor]:
    """The logits of real tokens, zeros in rows that are not finite; and which rows are: [rows]."""
    logits = logits[:, :vocab_size]
    # As good as isfinite of all, at a fraction of its time: not-a-number comes out of both.
    finite = torch.isfinite(logits.amin(dim=-1)) & torch.isfinite(logits.amax(dim=-1))
    return torch.where(finite[:, None], logits, 0.0), finite


def draw_filtered(logits: Tensor, parameters: DrawTensors) -> Tensor:
    """Tokens drawn from the filtered distributions: fp32 [rows, vocab] -> int64 [rows].

    What it gives for a temperature of zero means nothing.
    """
    ordered, ids = logits.sort(dim=-1, descending=True, stable=True)
    temperature = parameters.temperature.clamp(min=GREEDY_BELOW)[:, None]
    probabilities = torch.softmax(ordered.to(torch.float64) / temperature, dim=-1)
    cumulative = _filter(probabilities, parameters).cumsum(dim=-1)
    noise = uniform(parameters.seed, parameters.position)
    total = cumulative[:, -1:].contiguous()
    ranks = torch.searchsorted(cumulative, noise[:, None] * total, right=True)
    last_kept = torch.searchsorted(cumulative, total)
    return ids.gather(1, torch.minimum(ranks, last_kept)).squeeze(1)


def _filter(probabilities: Tensor, parameters: DrawTensors) -> Tensor:
    """Zero what top-k, top-p and min-p exclude: float64 [rows, vocab], sorted downwards."""
    vocab = probabilities.shape[-1]
    top_k = torch.where(parameters.top_k == 0, vocab, parameters.top_k)[:, None]
    top_p, min_p = parameters.top_p[:, None], parameters.min_p[:, None]
    ranks = torch.arange(vocab, device=probabilities.device)
    kept = torch.where(ranks < top_k, probabilities, 0.0)
    before = kept.cumsum(dim=-1) - kept
    allowed = top_p * kept.sum(dim=-1, keepdim=True)
    # top_p 1 keeps everything: rounding in the sums must not cut the tail.
    kept = torch.where((before < allowed) | (top_p >= 1.0), kept, 0.0)
    return torch.where(kept >= min_p * kept[:, :1], kept, 0.0)

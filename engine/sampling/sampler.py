"""Draws one token for each row of logits, all rows at once.

The filters apply in this order: temperature, top-k, top-p over what is left, min-p. Each keeps the
most likely tokens, so in sorted order they are all prefixes. The draw inverts the cumulative
distribution at a number that depends on (seed, position) alone: a row's token does not depend on
its batch mates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.sampling.noise import uniform

_GREEDY_BELOW = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingRow:
    """How to draw one token; `position` is where in the sequence it will stand, from 0."""

    temperature: float
    top_p: float
    top_k: int
    min_p: float
    seed: int
    position: int


class Sampler:
    """Samples among the first `vocab_size` ids; ids above are padding and are never drawn."""

    def __init__(self, vocab_size: int) -> None:
        self._vocab_size = vocab_size

    def sample(self, logits: Tensor, rows: Sequence[SamplingRow]) -> list[int | None]:
        """Draw a token per row: fp32 [rows, padded_vocab] -> ids; None where logits are not finite.

        A row that is not finite does not disturb the others.
        """
        logits = logits[:, : self._vocab_size]
        finite = torch.isfinite(logits).all(dim=-1)
        logits = torch.where(finite[:, None], logits, 0.0)
        tokens = logits.argmax(dim=-1)
        drawn = [index for index, row in enumerate(rows) if row.temperature >= _GREEDY_BELOW]
        if drawn:
            tokens[drawn] = _draw(logits[drawn], [rows[index] for index in drawn])
        return [
            token if ok else None
            for token, ok in zip(tokens.tolist(), finite.tolist(), strict=True)
        ]


def _draw(logits: Tensor, rows: Sequence[SamplingRow]) -> Tensor:
    """Tokens drawn from the filtered distributions: fp32 [rows, vocab] -> int64 [rows]."""
    device = logits.device
    ordered, ids = logits.sort(dim=-1, descending=True, stable=True)
    ordered = ordered.to(torch.float64)
    temperature = _column([row.temperature for row in rows], ordered)
    probabilities = torch.softmax(ordered / temperature, dim=-1)
    cumulative = _filter(probabilities, rows).cumsum(dim=-1)
    noise = uniform(
        torch.tensor([row.seed for row in rows], dtype=torch.int64, device=device),
        torch.tensor([row.position for row in rows], dtype=torch.int64, device=device),
    )
    total = cumulative[:, -1:].contiguous()
    ranks = torch.searchsorted(cumulative, noise[:, None] * total, right=True)
    last_kept = torch.searchsorted(cumulative, total)
    return ids.gather(1, torch.minimum(ranks, last_kept)).squeeze(1)


def _filter(probabilities: Tensor, rows: Sequence[SamplingRow]) -> Tensor:
    """Zero what top-k, top-p and min-p exclude: float64 [rows, vocab], sorted downwards."""
    vocab = probabilities.shape[-1]
    top_k = _column([row.top_k or vocab for row in rows], probabilities)
    top_p = _column([row.top_p for row in rows], probabilities)
    min_p = _column([row.min_p for row in rows], probabilities)

    ranks = torch.arange(vocab, device=probabilities.device)
    kept = torch.where(ranks < top_k, probabilities, 0.0)
    before = kept.cumsum(dim=-1) - kept
    allowed = top_p * kept.sum(dim=-1, keepdim=True)
    # top_p 1 keeps everything: rounding in the sums must not cut the tail.
    kept = torch.where((before < allowed) | (top_p >= 1.0), kept, 0.0)
    return torch.where(kept >= min_p * kept[:, :1], kept, 0.0)


def _column(values: Sequence[float], like: Tensor) -> Tensor:
    """One value per row, [rows, 1], of the type and on the device of `like`."""
    return torch.tensor(values, dtype=like.dtype, device=like.device)[:, None]

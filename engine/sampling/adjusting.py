"""Changes logits in place before a token is drawn: penalties, bias, allowed and forced tokens.

Repetition as in the CTRL paper (arXiv:1909.05858, section 4.1), in the form transformers gave it;
presence and frequency as in OpenAI's API reference.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.sampling.rows import RowAdjustment, TokenBias, TokenPenalties

# Finite, so that the check for logits that are not finite still finds the model's own faults;
# its probability beside any ordinary logit is exactly 0.
_EXCLUDED = torch.finfo(torch.float32).min


def adjust_row(logits: Tensor, adjustment: RowAdjustment) -> None:
    """Apply all changes to fp32 [vocab_size], in place; a row that is not finite stays as it is."""
    # As good as isfinite, which takes 40 times as long: not-a-number comes out of both.
    if not (math.isfinite(logits.amin()) and math.isfinite(logits.amax())):
        return
    if adjustment.forced is not None:
        logits.fill_(_EXCLUDED)
        logits[adjustment.forced] = 0.0
        return
    if adjustment.penalties is not None:
        _penalize(logits, adjustment.penalties)
    if adjustment.bias is not None:
        _add_bias(logits, adjustment.bias)
    if adjustment.allowed is not None:
        _keep_allowed(logits, adjustment.allowed)


def _penalize(logits: Tensor, penalties: TokenPenalties) -> None:
    ids = torch.from_numpy(penalties.ids).to(logits.device)
    counts = torch.from_numpy(penalties.output_counts).to(logits.device)
    values = logits[ids]
    factor = penalties.repetition
    values = torch.where(values > 0, values / factor, values * factor)
    values = values - penalties.frequency * counts - penalties.presence * (counts > 0)
    logits[ids] = _finite(values)


def _add_bias(logits: Tensor, bias: TokenBias) -> None:
    ids = torch.from_numpy(bias.ids).to(logits.device)
    logits[ids] = _finite(logits[ids] + torch.from_numpy(bias.values).to(logits.device))


def _keep_allowed(logits: Tensor, allowed: NDArray[np.int32]) -> None:
    """Lowers what is not allowed. Without a branch, since a mask's bits are hard to predict."""
    bits = np.unpackbits(allowed.view(np.uint8), count=logits.shape[0], bitorder="little")
    signs = torch.from_numpy(bits).to(logits.device).float().mul_(2.0).sub_(1.0)
    torch.minimum(logits, signs.mul_(-_EXCLUDED), out=logits)


def _finite(values: Tensor) -> Tensor:
    """Extreme logits must not become infinite by a change of ours."""
    limits = torch.finfo(torch.float32)
    return values.clamp(min=limits.min, max=limits.max)

"""Forbids tokens: a bit per token, packed as grammar libraries pack them."""

import torch
from torch import Tensor

FORBIDDEN = torch.finfo(torch.float32).min


def mask_tokens(logits: Tensor, allowed: Tensor) -> None:
    """Set the logits fp32 [rows, vocab] of forbidden tokens to the lowest finite number, in place.

    allowed: int32 [rows, ceil(vocab / 32)]; token t is allowed where bit t % 32 of word t // 32 is
    set. Logits that are not numbers stay, so that the finite check still sees them.
    """
    tokens = torch.arange(logits.shape[1], device=logits.device)
    bits = allowed[:, tokens // 32] >> (tokens % 32).to(torch.int32)
    logits.masked_fill_((bits & 1 == 0) & torch.isfinite(logits), FORBIDDEN)

"""Log probabilities of tokens under the model itself: no temperature, penalty, bias or filter."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.protocol import TokenLogprobs, TopLogprob

# JSON knows no infinity; -9999.0 is what OpenAI's API says for a token that is out of the question.
_LOWEST = -9999.0


def log_probabilities(logits: Tensor) -> Tensor:
    """Of every token: fp32 [rows, vocab] -> fp32 [rows, vocab], a new tensor."""
    return torch.log_softmax(logits, dim=-1).clamp(min=_LOWEST)


def read_logprobs(
    log_probs: Tensor, token_ids: Sequence[int], num_top: Sequence[int]
) -> list[TokenLogprobs]:
    """What the log probabilities [rows, vocab] say of one token per row, with `num_top` others."""
    ids = torch.tensor(token_ids, dtype=torch.int64, device=log_probs.device)
    own = log_probs.gather(1, ids[:, None]).squeeze(1).tolist()
    count = min(max(num_top, default=0), log_probs.shape[-1])
    values, top_ids = (part.tolist() for part in log_probs.topk(count, dim=-1))
    return [
        TokenLogprobs(
            token_id=token_id,
            logprob=logprob,
            top=tuple(
                TopLogprob(token_id=top_id, logprob=value)
                for top_id, value in zip(row_ids[:number], row_values[:number], strict=True)
            ),
        )
        for token_id, logprob, row_ids, row_values, number in zip(
            token_ids, own, top_ids, values, num_top, strict=True
        )
    ]


def prompt_logprobs(
    logits: Tensor, next_token_ids: Sequence[int], *, num_top: int, vocab_size: int
) -> tuple[TokenLogprobs, ...]:
    """How likely each prompt token was after the row before it.

    `logits` is fp32 [rows, padded_vocab] of consecutive prompt positions, `next_token_ids` [rows]
    the tokens that follow them; a row that is not finite gives the lowest value.
    """
    log_probs = log_probabilities(logits[:, :vocab_size]).nan_to_num(nan=_LOWEST)
    return tuple(read_logprobs(log_probs, next_token_ids, [num_top] * len(next_token_ids)))

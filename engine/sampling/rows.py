"""What the sampler is told about one row of logits: how to draw, and what to change before."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FORBIDDEN = -np.inf


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TokenPenalties:
    """Tokens that were seen, `ids` int64 [seen], each once, and how often the answer has them,
    `output_counts` int32 [seen] (0: in the prompt alone)."""

    ids: NDArray[np.int64]
    output_counts: NDArray[np.int32]
    repetition: float
    presence: float
    frequency: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TokenBias:
    """What is added to some logits: `ids` int64 [count], each once, `values` fp32 [count].

    The value `FORBIDDEN` says that a token must not be drawn at all.
    """

    ids: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RowAdjustment:
    """Changes of one row before it is drawn, in the order of the fields.

    `allowed` is a bit for each token id, int32 [ceil(vocab_size / 32)], the lowest bit first; only
    tokens whose bit is set are drawn, and none at all is a dead end. `forced` is drawn whatever
    the logits are.
    """

    penalties: TokenPenalties | None = None
    bias: TokenBias | None = None
    allowed: NDArray[np.int32] | None = None
    forced: int | None = None

    @property
    def is_dead_end(self) -> bool:
        """Whether nothing can be drawn."""
        return self.forced is None and self.allowed is not None and not self.allowed.any()


class SamplingRow(NamedTuple):
    """How to draw one token; `position` is where in the sequence it will stand, from 0.

    `logprobs` not None asks for the token's log probability and for that many of the likeliest.
    A tuple, since several are made for every sequence in every step.
    """

    temperature: float
    top_p: float
    top_k: int
    min_p: float
    seed: int
    position: int
    logprobs: int | None = None
    adjustment: RowAdjustment | None = None

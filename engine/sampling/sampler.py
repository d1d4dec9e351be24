"""From logits to tokens: adjusts the rows that ask for it, draws all rows, reads logprobs.

Owns no state of a request; all of that comes in with the rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from engine.errors import EngineError, GenerationCorrupted, GrammarDeadEnd
from engine.kernels import DrawParameters, draw_tokens
from engine.protocol import TokenLogprobs
from engine.sampling.adjusting import adjust_row
from engine.sampling.logprobs import log_probabilities, read_logprobs
from engine.sampling.rows import SamplingRow

DrawTokens = Callable[[Tensor, DrawParameters, int], Tensor]


@dataclass(frozen=True, slots=True)
class SampledRows:
    """What came of each row, in their order.

    `tokens` holds None where nothing could be drawn; `error` says why. `logprobs` holds None where
    they were not asked for.
    """

    tokens: list[int | None]
    logprobs: list[TokenLogprobs | None]
    dead_ends: frozenset[int] = frozenset()

    def error(self, row: int) -> EngineError:
        """Why `tokens[row]` is None."""
        return GrammarDeadEnd() if row in self.dead_ends else GenerationCorrupted()


class Sampler:
    """Samples among the first `vocab_size` ids; ids above are padding and are never drawn.

    `draw` draws a token per row and gives -1 for rows that are not finite.
    """

    def __init__(self, vocab_size: int, draw: DrawTokens = draw_tokens) -> None:
        self._vocab_size = vocab_size
        self._draw = draw

    def sample(self, logits: Tensor, rows: Sequence[SamplingRow]) -> SampledRows:
        """Draw a token per row of fp32 [rows, padded_vocab]; rows with adjustments are changed.

        A row that is not finite or is a dead end does not disturb the others.
        """
        asked = [index for index, row in enumerate(rows) if row.logprobs is not None]
        log_probs = log_probabilities(logits[asked, : self._vocab_size]) if asked else None
        dead_ends = self._adjust(logits, rows)
        drawn: list[int] = self._draw(logits, draw_parameters(rows), self._vocab_size).tolist()
        tokens = [
            None if token < 0 or index in dead_ends else token for index, token in enumerate(drawn)
        ]
        logprobs: list[TokenLogprobs | None] = [None] * len(rows)
        if log_probs is not None:
            self._fill_logprobs(logprobs, log_probs, asked, rows, tokens)
        return SampledRows(tokens, logprobs, dead_ends)

    def _adjust(self, logits: Tensor, rows: Sequence[SamplingRow]) -> frozenset[int]:
        dead_ends = []
        for index, row in enumerate(rows):
            if row.adjustment is None:
                continue
            if row.adjustment.is_dead_end:
                dead_ends.append(index)
            else:
                adjust_row(logits[index, : self._vocab_size], row.adjustment)
        return frozenset(dead_ends)

    def _fill_logprobs(
        self,
        logprobs: list[TokenLogprobs | None],
        log_probs: Tensor,
        asked: list[int],
        rows: Sequence[SamplingRow],
        tokens: list[int | None],
    ) -> None:
        kept = [place for place, index in enumerate(asked) if tokens[index] is not None]
        if not kept:
            return
        indices = [asked[place] for place in kept]
        read = read_logprobs(
            log_probs[kept],
            [tokens[index] or 0 for index in indices],
            [rows[index].logprobs or 0 for index in indices],
        )
        for index, entry in zip(indices, read, strict=True):
            logprobs[index] = entry


def draw_parameters(rows: Sequence[SamplingRow]) -> DrawParameters:
    """The rows' settings as the struct of arrays that draw functions take."""
    return DrawParameters(
        temperature=np.array([row.temperature for row in rows], dtype=np.float64),
        top_p=np.array([row.top_p for row in rows], dtype=np.float64),
        top_k=np.array([row.top_k for row in rows], dtype=np.int32),
        min_p=np.array([row.min_p for row in rows], dtype=np.float64),
        seed=np.array([row.seed for row in rows], dtype=np.int64),
        position=np.array([row.position for row in rows], dtype=np.int64),
    )

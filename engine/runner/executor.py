"""What a step is computed with: eager torch, the compiled CPU step, or a mixture of them."""

from collections.abc import Sequence as Seq
from typing import Protocol

from torch import Tensor

from engine.runner.step_rows import StepRows


class Executor(Protocol):
    """Computes rows over one model and its cache; one step at a time, by one thread."""

    def begin(self, rows: StepRows) -> None:
        """Start to compute the rows; may return before they are done."""

    def finish(self) -> Tensor | None:
        """Wait; logits fp32 [num_sample_rows, padded_vocab] of the rows that `begin` was given.

        The tensor may be changed by the caller and is valid until the next `begin`.
        """

    def draft(self, rows: StepRows, hidden_rows: Seq[int], wanted: int) -> list[tuple[int, ...]]:
        """Read `rows` into the draft layer's cache and propose `wanted` tokens per sequence.

        The token of a row is the one that follows its position; `hidden_rows` are the rows of the
        last `begin` whose hidden states belong to the positions.
        """

    def close(self) -> None:
        """Give back threads and memory; nothing may be asked afterwards."""

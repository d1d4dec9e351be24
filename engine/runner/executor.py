"""What a step is computed with: eager torch, the compiled CPU step, or a mixture of them."""

from collections.abc import Sequence as Seq
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.kernels import DrawParameters
from engine.runner.step_rows import StepRows


class Decoder(Protocol):
    """Computes several decode steps in one go, each over what was drawn from the one before."""

    @property
    def most_steps(self) -> int:
        """Of one `begin`."""

    def begin(self, rows: StepRows, draws: DrawParameters, num_steps: int) -> None:
        """Start to compute one row per sequence and what follows it; may return before it is done.

        The block tables reach `num_steps` - 1 positions beyond the rows.
        """

    def finish(self) -> NDArray[np.int32]:
        """Wait; the drawn tokens [num_steps, num_sequences], -1 where logits were not finite.

        The steps end with the one in which a sequence drew a stop token, or nothing.
        """


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

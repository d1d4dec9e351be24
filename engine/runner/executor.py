"""What a step is computed with: eager torch, the compiled CPU step, or a mixture of them."""

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from engine.kernels import DrawParameters
from engine.runner.step_rows import StepRows


@dataclass(frozen=True, slots=True)
class Decoded:
    """What several decode steps brought to one sequence.

    `runs` are the tokens of each step, -1 where logits were not finite: one, or with drafts those
    that were kept and what followed them. `drafts` propose what comes next.
    """

    runs: tuple[tuple[int, ...], ...]
    drafts: tuple[int, ...] = ()


class Decoder(Protocol):
    """Computes several decode steps in one go, each over what was drawn from the one before."""

    @property
    def most_steps(self) -> int:
        """Of one `begin`."""

    def begin(self, rows: StepRows, draws: DrawParameters, num_steps: int) -> None:
        """Start to compute one row per sequence and what follows it; may return before it is done.

        The block tables reach `num_steps` - 1 positions beyond the rows.
        """

    def begin_drafting(
        self,
        rows: StepRows,
        draws: DrawParameters,
        num_steps: int,
        num_drafts: int,
        draft_starts: Seq[int],
    ) -> None:
        """As `begin`, with the drafts of each sequence behind its row and `num_drafts` new ones
        after every step; the draft layer looks back to `draft_starts`.

        The block tables reach `num_steps` * (`num_drafts` + 1) - 2 positions beyond the rows.
        """

    def finish(self) -> list[Decoded]:
        """Wait; what each sequence got.

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

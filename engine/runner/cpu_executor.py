"""Runs steps in the compiled CPU step, whose threads compute while the host goes on."""

from collections.abc import Sequence as Seq

from torch import Tensor

from engine.kernels.cpu import CpuStep
from engine.runner.step_rows import StepRows


class CpuExecutor:
    """One compiled step; owns it and its threads."""

    def __init__(self, step: CpuStep) -> None:
        self._step = step
        self._num_sample_rows = 0

    def begin(self, rows: StepRows) -> None:
        """Start to compute the rows and return."""
        self._num_sample_rows = len(rows.sample_rows)
        self._step.begin(rows, rows.hidden_rows)

    def finish(self) -> Tensor | None:
        """Help to compute until it is done; logits as a view of the step's own buffer."""
        self._step.wait()
        return self._step.logits[: self._num_sample_rows] if self._num_sample_rows else None

    def draft(self, rows: StepRows, hidden_rows: Seq[int], wanted: int) -> list[tuple[int, ...]]:
        """Read `rows` into the draft layer's cache and propose `wanted` tokens per sequence."""
        drafts = self._step.draft(rows, hidden_rows, wanted)
        return [tuple(row) for row in drafts.tolist()]

    def close(self) -> None:
        """End the step's threads."""
        self._step.close()

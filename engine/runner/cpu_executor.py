"""Runs steps in the compiled CPU step, whose threads compute while the host goes on."""

from collections.abc import Collection
from collections.abc import Sequence as Seq

import numpy as np
from torch import Tensor

from engine.kernels import DrawParameters
from engine.kernels.cpu import MAX_DECODE_STEPS, CpuStep
from engine.runner.executor import Decoded
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


class CpuDecoder:
    """Several decode steps in one job of the compiled step, which another owns."""

    def __init__(self, step: CpuStep, stop_token_ids: Collection[int], most_steps: int) -> None:
        self._step = step
        self._stop_ids = np.array(sorted(stop_token_ids), np.int32)
        self._num_sequences = 0
        self._num_drafts = 0
        self.most_steps = min(most_steps, MAX_DECODE_STEPS)

    def begin(self, rows: StepRows, draws: DrawParameters, num_steps: int) -> None:
        """Start to compute and return."""
        self._num_sequences, self._num_drafts = len(rows.context_lengths), 0
        self._step.begin_decode(rows, draws, num_steps, self._stop_ids)

    def begin_drafting(
        self,
        rows: StepRows,
        draws: DrawParameters,
        num_steps: int,
        num_drafts: int,
        draft_starts: Seq[int],
    ) -> None:
        """Start to compute and return."""
        self._num_sequences, self._num_drafts = len(rows.context_lengths), num_drafts
        self._step.begin_drafting(
            rows,
            draws,
            num_steps,
            self._stop_ids,
            num_drafts=num_drafts,
            draft_starts=draft_starts,
        )

    def finish(self) -> list[Decoded]:
        """Help to compute until it is done."""
        if not self._num_drafts:
            columns = self._step.wait_decode(self._num_sequences).T.tolist()
            return [Decoded(tuple((token,) for token in column)) for column in columns]
        steps = self._step.wait_drafting(self._num_sequences, self._num_drafts)
        tokens, counts = steps.tokens.tolist(), steps.counts.tolist()
        drafts = [tuple(row) for row in steps.drafts.tolist()]
        return [
            Decoded(
                tuple(
                    tuple(drawn[sequence][: kept[sequence]])
                    for drawn, kept in zip(tokens, counts, strict=True)
                ),
                drafts[sequence] if steps.are_finite else (),
            )
            for sequence in range(self._num_sequences)
        ]

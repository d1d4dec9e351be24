"""What steps cost is measured before the first request, and nobody waits long for it."""

from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from engine.runner import StepRows, WarmUp


class SlowMachine:
    """An executor and its clock: a row costs a second, a draft of a sequence a tenth of one."""

    def __init__(self, row_seconds: float, noise: Seq[float] = ()) -> None:
        self.now = 0.0
        self._row_seconds = row_seconds
        self._noise = list(noise)

    def begin(self, rows: StepRows) -> None:
        assert max(rows.block_tables[-1]) < 64
        self.now += self._row_seconds * rows.num_rows
        self.now += self._noise.pop() if self._noise else 0.0

    def finish(self) -> Tensor | None:
        return torch.zeros(1, 1)

    def draft(self, rows: StepRows, hidden_rows: Seq[int], wanted: int) -> list[tuple[int, ...]]:
        assert len(hidden_rows) == rows.num_rows
        self.now += self._row_seconds * 0.1 * wanted * rows.num_rows
        return [(0,) * wanted] * rows.num_rows

    def close(self) -> None:
        pass


def warm_up(machine: SlowMachine) -> WarmUp:
    return WarmUp(machine, block_size=16, num_blocks=64, max_rows=8, clock=lambda: machine.now)


def test_forward_passes_and_drafts_of_every_size_are_timed() -> None:
    costs = warm_up(SlowMachine(0.001)).measure(2)
    assert [size for size, _ in costs.forward] == [1, 2, 3, 4, 6, 8]
    assert {k: [size for size, _ in table] for k, table in costs.drafting.items()} == {
        1: [1, 2, 4],
        2: [1, 2],
    }
    for size, seconds in costs.forward:
        assert abs(seconds - 0.001 * size) < 1e-9
    assert abs(dict(costs.drafting[2])[2] - 0.001 * 0.1 * 2 * 2) < 1e-9


def test_a_busy_moment_is_forgotten_when_the_size_is_measured_again() -> None:
    machine = SlowMachine(0.001, noise=[0.0] * 8 + [0.01] * 9)
    costs = warm_up(machine).measure(0)
    for size, seconds in costs.forward:
        assert abs(seconds - 0.001 * size) < 1e-9


def test_a_slow_machine_measures_the_smallest_of_each_kind_and_no_more() -> None:
    machine = SlowMachine(4.0)
    costs = warm_up(machine).measure(3)
    assert [size for size, _ in costs.forward] == [1]
    assert all([size for size, _ in costs.drafting[k]] == [1] for k in (1, 2, 3))
    assert machine.now < 30


def test_without_a_draft_layer_only_forward_passes_are_timed() -> None:
    assert warm_up(SlowMachine(0.001)).measure(0).drafting == {}

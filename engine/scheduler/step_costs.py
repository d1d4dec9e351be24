"""What a step costs on this machine: a table of measured times, read between its entries."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

Measurements = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class StepCosts:
    """Seconds of the model's forward by rows, and of the draft layer by sequences, for each k.

    `forward` is ((rows, seconds), …) with rows ascending; `drafting` maps k ≥ 1 to
    ((sequences, seconds), …) with sequences ascending. Raises `ValueError` for an empty or
    unordered table.
    """

    forward: Measurements
    drafting: Mapping[int, Measurements]

    def __post_init__(self) -> None:
        for table in (self.forward, *self.drafting.values()):
            sizes = [size for size, _ in table]
            if not sizes or sizes != sorted(set(sizes)):
                raise ValueError("a table of step costs needs entries with ascending sizes")

    def step_seconds(self, drafting_sequences: int, other_rows: int, num_drafts: int) -> float:
        """Seconds of a step in which some sequences verify and then propose `num_drafts` each.

        `other_rows` are the rows beside them: sequences that decode without drafts.
        """
        rows = drafting_sequences * (1 + num_drafts) + other_rows
        seconds = _interpolate(self.forward, rows)
        if num_drafts:
            seconds += _interpolate(self.drafting[num_drafts], drafting_sequences)
        return seconds


def _interpolate(table: Measurements, size: int) -> float:
    """Linear between two entries; the nearest below the first, the last slope above the last."""
    sizes = [entry_size for entry_size, _ in table]
    if size <= sizes[0] or len(table) == 1:
        return table[0][1]
    upper = min(bisect_left(sizes, size), len(table) - 1)
    (low_size, low), (high_size, high) = table[upper - 1], table[upper]
    return low + (high - low) * (size - low_size) / (high_size - low_size)

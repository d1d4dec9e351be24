"""The waiting line: the most urgent first, then by arrival, with a place that can be told."""

from bisect import bisect, insort
from collections.abc import Iterator
from operator import attrgetter

from engine.scheduler.sequence import Sequence

_place = attrgetter("place")


class WaitingQueue:
    """Sequences in the order in which they will be admitted; nobody is passed over."""

    def __init__(self) -> None:
        self._sequences: list[Sequence] = []

    def __len__(self) -> int:
        return len(self._sequences)

    def __iter__(self) -> Iterator[Sequence]:
        return iter(self._sequences)

    def push(self, sequence: Sequence) -> None:
        """Put a sequence in line, behind all of its rank that arrived earlier.

        A preempted sequence keeps its arrival, and so comes first among its rank.
        """
        insort(self._sequences, sequence, key=_place)

    def count_ahead(self, sequence: Sequence) -> int:
        """How many would be admitted before a sequence that is not yet in line."""
        return bisect(self._sequences, _place(sequence), key=_place)

    def head(self) -> Sequence | None:
        """The next to be admitted."""
        return self._sequences[0] if self._sequences else None

    def remove(self, sequence: Sequence) -> None:
        """Take a sequence out of the line. Raises `ValueError` if it does not wait."""
        self._sequences.remove(sequence)

    def positions(self) -> dict[str, int]:
        """The place of each request; 1 is next in line."""
        return {
            sequence.request_id: place for place, sequence in enumerate(self._sequences, start=1)
        }

"""The waiting line: the most urgent first, among equals the persons in turn, with a place to tell.

Everybody stands in rounds: a request goes into the first round that is not over and in which its
person has none yet, and within a round the first to come is the first to go. So whoever asks for
much waits behind himself, and another's first request waits for what has begun only. A round is
never changed later: a place told goes down, and up only for those whose person has others in front.
"""

from bisect import bisect, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from engine.scheduler.sequence import Sequence

_place = attrgetter("place")


@dataclass(slots=True)
class _Round:
    """The round that is being admitted, and whose requests of it were."""

    number: int = 0
    admitted: set[str] = field(default_factory=set)

    def next_for(self, fairness_key: str) -> int:
        return self.number + (fairness_key in self.admitted)

    def note_admission(self, sequence: Sequence) -> None:
        if sequence.round > self.number:
            self.number, self.admitted = sequence.round, set()
        if sequence.round == self.number:
            self.admitted.add(sequence.fairness_key)


class WaitingQueue:
    """Sequences in the order in which they will be admitted; nobody is passed over."""

    def __init__(self) -> None:
        self._sequences: list[Sequence] = []
        self._rounds: dict[tuple[bool, int], _Round] = {}

    def __len__(self) -> int:
        return len(self._sequences)

    def __iter__(self) -> Iterator[Sequence]:
        return iter(self._sequences)

    def assign_round(self, sequence: Sequence) -> None:
        """Give a newcomer its round; what was withdrawn from the line counts no more."""
        own = [
            other.round + 1
            for other in self._sequences
            if other.rank == sequence.rank and other.fairness_key == sequence.fairness_key
        ]
        current = self._rounds.setdefault(sequence.rank, _Round())
        sequence.round = max(current.next_for(sequence.fairness_key), *own, 0)

    def push(self, sequence: Sequence) -> None:
        """Put a sequence in line, behind all of its rank and round that arrived earlier.

        A preempted sequence keeps round and arrival, and so comes first among its rank.
        """
        insort(self._sequences, sequence, key=_place)

    def count_ahead(self, sequence: Sequence) -> int:
        """How many would be admitted before a sequence that is not yet in line."""
        return bisect(self._sequences, _place(sequence), key=_place)

    def head(self) -> Sequence | None:
        """The next to be admitted."""
        return self._sequences[0] if self._sequences else None

    def admit(self, sequence: Sequence) -> None:
        """Take a sequence out of the line since its turn has come."""
        self._sequences.remove(sequence)
        self._rounds.setdefault(sequence.rank, _Round()).note_admission(sequence)

    def remove(self, sequence: Sequence) -> None:
        """Take a sequence out of the line. Raises `ValueError` if it does not wait."""
        self._sequences.remove(sequence)

    def positions(self) -> dict[str, int]:
        """The place of each request; 1 is next in line."""
        return {
            sequence.request_id: place for place, sequence in enumerate(self._sequences, start=1)
        }

"""Which lines differ between two texts, in a time that hostile texts cannot stretch.

Lines that both texts have exactly once are taken as fixed points (the idea of Bram Cohen's
patience diff); what lies between two of them is compared line by line if it is small enough, and
else taken as changed as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Pairs of equal lines between two fixed points; beyond, the comparison takes too long.
MOST_PAIRS = 50_000


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `start` to `stop` of the old text became lines `begin` to `end` of the new one."""

    start: int
    stop: int
    begin: int
    end: int


def diff_lines(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The changes in order; none of them touches another."""
    changes: list[Change] = []
    for change in _differences(old, new):
        last = changes[-1] if changes else None
        if last is not None and (last.stop, last.end) == (change.start, change.begin):
            changes[-1] = Change(last.start, change.stop, last.begin, change.end)
        else:
            changes.append(change)
    return changes


def count_changed(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are new or gone, a line that became another counted once."""
    changes = diff_lines(old, new)
    return sum(max(one.stop - one.start, one.end - one.begin) for one in changes)


def _differences(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    start = begin = 0
    for place, other in [*_fixed_points(old, new), (len(old), len(new))]:
        yield from _between(old, new, Change(start, place, begin, other))
        start, begin = place + 1, other + 1


def _fixed_points(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of lines that are unique in both texts, the longest row of them that goes
    forward in both."""
    counts, others = Counter(old), Counter(new)
    where = {line: place for place, line in enumerate(new) if others[line] == 1}
    pairs = [(i, where[line]) for i, line in enumerate(old) if counts[line] == 1 and line in where]
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        row = bisect_left(tails, place)
        before.append(tops[row - 1] if row else -1)
        if row == len(tails):
            tails.append(place)
            tops.append(index)
        else:
            tails[row], tops[row] = place, index
    chosen: list[tuple[int, int]] = []
    index = tops[-1] if tops else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _between(old: Sequence[str], new: Sequence[str], gap: Change) -> Iterator[Change]:
    """The changes within a gap, without what is equal at its ends."""
    start, stop, begin, end = gap.start, gap.stop, gap.begin, gap.end
    while start < stop and begin < end and old[start] == new[begin]:
        start, begin = start + 1, begin + 1
    while start < stop and begin < end and old[stop - 1] == new[end - 1]:
        stop, end = stop - 1, end - 1
    if start == stop and begin == end:
        return
    ours, theirs = old[start:stop], new[begin:end]
    if not ours or not theirs or _equal_pairs(ours, theirs) > MOST_PAIRS:
        yield Change(start, stop, begin, end)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Change(start + i1, start + i2, begin + j1, begin + j2)


def _equal_pairs(ours: Sequence[str], theirs: Sequence[str]) -> int:
    counts = Counter(theirs)
    return sum(counts[line] for line in ours)

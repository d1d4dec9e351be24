"""SEARCH and REPLACE: the smallest blocks that turn one text into another, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_BLOCK = "<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE"


@dataclass(frozen=True, slots=True)
class Edit:
    """The blocks as text; `first` and `last` are the lines they stand on, counted from 1."""

    blocks: str
    changed_lines: int
    first: int
    last: int


def make_edit(old: str, new: str) -> Edit:
    """Blocks whose old lines stand in `old` exactly once each.

    Raises ValueError if the texts are equal.
    """
    before, after = old.split("\n"), new.split("\n")
    spans = _unique_spans(before, after)
    if not spans:
        raise ValueError("nothing changes")
    changed = sum(max(i2 - i1, j2 - j1) for i1, i2, j1, j2 in _changes(before, after))
    blocks = [
        _BLOCK.format(old=_ended(before[i1:i2]), new=_ended(after[j1:j2]))
        for i1, i2, j1, j2 in spans
    ]
    return Edit("\n".join(blocks), changed, spans[0][0] + 1, spans[-1][1])


def apply_edit(text: str, blocks: str) -> str:
    """`text` with the blocks applied, each at the one place of `text` where its old lines stand.

    Raises ValueError if a block's old lines stand nowhere or more than once.
    """
    lines = text.split("\n")
    places: list[tuple[int, int, list[str]]] = []
    for block in blocks.split("<<<<<<< SEARCH\n")[1:]:
        old, _, rest = block.partition("=======\n")
        new, divider, _ = rest.partition(">>>>>>> REPLACE")
        searched = old.split("\n")[:-1]
        starts = _find(lines, searched)
        if not divider or len(starts) != 1:
            raise ValueError(f"the block does not fit: {old!r}")
        places.append((starts[0], starts[0] + len(searched), new.split("\n")[:-1]))
    for start, stop, new_lines in sorted(places, reverse=True):
        lines[start:stop] = new_lines
    return "\n".join(lines)


Span = tuple[int, int, int, int]


def _changes(before: list[str], after: list[str]) -> Iterator[Span]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return ((i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal")


def _unique_spans(before: list[str], after: list[str]) -> list[Span]:
    """The changes, each with as many lines around it as it takes to be found once."""
    spans = list(_changes(before, after))
    place = 0
    while place < len(spans):
        i1, i2, j1, j2 = spans[place]
        if i1 < i2 and len(_find(before, before[i1:i2])) == 1:
            place += 1
            continue
        up = i1 > 0
        spans[place] = (i1 - 1, i2, j1 - 1, j2) if up else (i1, i2 + 1, j1, j2 + 1)
        place = _join_neighbor(spans, place - up)
    return spans


def _join_neighbor(spans: list[Span], place: int) -> int:
    """Make one span of those at `place` and behind it if they touch; returns which to look at."""
    if place < 0 or place + 1 == len(spans):
        return max(place, 0)
    (i1, i2, j1, _), (k1, k2, _, l2) = spans[place : place + 2]
    if i2 < k1:
        return place
    spans[place : place + 2] = [(i1, k2, j1, l2)]
    return place


def _ended(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _find(lines: list[str], part: list[str]) -> list[int]:
    """Where `part` stands in `lines`, counted from 0."""
    starts = range(len(lines) - len(part) + 1)
    return [start for start in starts if lines[start : start + len(part)] == part]

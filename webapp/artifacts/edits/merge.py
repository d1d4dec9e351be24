"""Three-way merge by lines: two changes of one text become one, or a conflict that shows both.

The method is the one of diff3 (Khanna, Kunal, Pierce: "A Formal Investigation of Diff3", 2007),
with changes that touch each other taken as a conflict, as version control systems do.
"""

from dataclasses import dataclass

from webapp.artifacts.edits.line_diff import Change, diff_lines
from webapp.artifacts.edits.lines import Lines


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed. `line` counts from 1 in the base."""

    line: int
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """`text` is the merged text; None where there are conflicts."""

    text: str | None
    conflicts: tuple[Conflict, ...] = ()


def merge_texts(base: str, mine: str, theirs: str) -> Merge:
    """Both changes of `base` in one text; the same change on both sides counts once."""
    if mine == theirs or theirs == base:
        return Merge(mine)
    if mine == base:
        return Merge(theirs)
    return _merge_lines(*(_split(text) for text in (base, mine, theirs)))


def _split(text: str) -> list[str]:
    """Lines with their ends, so that a change of the end is a change of the line."""
    lines = Lines.of(text)
    return [line + end for line, end in zip(lines.texts, lines.ends, strict=True)]


def _merge_lines(base: list[str], mine: list[str], theirs: list[str]) -> Merge:
    pieces: list[str] = []
    conflicts: list[Conflict] = []
    done = 0
    for ours, others in _groups(diff_lines(base, mine), diff_lines(base, theirs)):
        both = [*ours, *others]
        start, stop = min(one.start for one in both), max(one.stop for one in both)
        pieces += base[done:start]
        old = base[start:stop]
        left, right = _side(base, mine, ours, start, stop), _side(base, theirs, others, start, stop)
        if left in (right, old) or right == old:
            pieces += right if left == old else left
        else:
            conflicts.append(Conflict(start + 1, "".join(old), "".join(left), "".join(right)))
        done = stop
    pieces += base[done:]
    return Merge(None if conflicts else "".join(pieces), tuple(conflicts))


def _side(
    base: list[str], side: list[str], changes: list[Change], start: int, stop: int
) -> list[str]:
    """What stands in the side for lines `start` to `stop` of the base."""
    lines: list[str] = []
    done = start
    for change in changes:
        lines += base[done : change.start] + side[change.begin : change.end]
        done = change.stop
    return lines + base[done:stop]


def _groups(mine: list[Change], theirs: list[Change]) -> list[tuple[list[Change], list[Change]]]:
    """Changes of both sides that touch each other belong together."""
    marked = [(change, 0) for change in mine] + [(change, 1) for change in theirs]
    marked.sort(key=lambda one: (one[0].start, one[0].stop))
    groups: list[tuple[list[Change], list[Change]]] = []
    reach = -1
    for change, side in marked:
        if not groups or change.start > reach:
            groups.append(([], []))
        groups[-1][side].append(change)
        reach = max(reach, change.stop)
    return groups

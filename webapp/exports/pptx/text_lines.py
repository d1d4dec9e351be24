"""Pieces of text put together to lines, and lines to blocks with one pitch. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.exports.pptx.geometry import Rect, union
from webapp.exports.pptx.snapshot import LayoutNode

_SPACES = re.compile(r"[ \t\n\r\f]+")
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Letters of one text node on one line."""

    text: str
    rect: Rect
    node: LayoutNode


@dataclass(frozen=True, slots=True)
class TextLine:
    """Fragments beside each other."""

    fragments: tuple[Fragment, ...]

    @property
    def rect(self) -> Rect:
        """Around all fragments."""
        return union(fragment.rect for fragment in self.fragments)


def clean_text(text: str, collapse: str) -> str:
    """The letters that are seen of a piece, by the `white-space-collapse` of its node."""
    if text.endswith("\u00ad"):
        text = text[:-1] + "-"
    text = text.replace("\n", "") if collapse == "preserve" else _SPACES.sub(" ", text)
    return _UNSEEN.sub("", text.replace("\t", "    "))


def split_lines(fragments: Iterable[Fragment]) -> list[TextLine]:
    """Lines from fragments in the order of the document; spaces at their ends are dropped."""
    rows: list[list[Fragment]] = []
    for fragment in fragments:
        if rows and _on_one_line(rows[-1][-1].rect, fragment.rect):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    trimmed = (_trimmed(row) for row in rows)
    return [TextLine(tuple(row)) for row in trimmed if row]


def _on_one_line(first: Rect, second: Rect) -> bool:
    overlap = min(first.bottom, second.bottom) - max(first.top, second.top)
    return overlap >= 0.5 * min(first.height, second.height)


def _trimmed(row: list[Fragment]) -> list[Fragment]:
    while row and not row[0].text.strip() and not _keeps_spaces(row[0]):
        row = row[1:]
    while row and not row[-1].text.strip():
        row = row[:-1]
    if row and row[0].text.startswith(" ") and not _keeps_spaces(row[0]):
        row = [Fragment(row[0].text.lstrip(" "), row[0].rect, row[0].node), *row[1:]]
    if row and row[-1].text.endswith(" "):
        row = [*row[:-1], Fragment(row[-1].text.rstrip(" "), row[-1].rect, row[-1].node)]
    return row


def _keeps_spaces(fragment: Fragment) -> bool:
    return fragment.node.style["white-space-collapse"] in ("preserve", "break-spaces")


def split_cells(line: TextLine, gap: float) -> list[TextLine]:
    """The parts of a line between gaps that are wider than `gap` pixels."""
    cells = [[line.fragments[0]]]
    for fragment in line.fragments[1:]:
        if fragment.rect.left - cells[-1][-1].rect.right > gap:
            cells.append([fragment])
        else:
            cells[-1].append(fragment)
    trimmed = (_trimmed(cell) for cell in cells)
    return [TextLine(tuple(cell)) for cell in trimmed if cell]


def group_by_pitch(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Runs of lines that follow each other at one distance and with letters of one height."""
    groups: list[list[TextLine]] = []
    for line in lines:
        if groups and _continues(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _continues(group: list[TextLine], line: TextLine) -> bool:
    last = group[-1].rect
    pitch = line.rect.bottom - last.bottom
    height = max(last.height, line.rect.height)
    if (
        not 0.6 * height < pitch < 2.6 * height
        or abs(last.height - line.rect.height) > 0.2 * height
    ):
        return False
    if len(group) == 1:
        return True
    first_pitch = group[1].rect.bottom - group[0].rect.bottom
    return abs(pitch - first_pitch) <= max(1.5, 0.04 * first_pitch)


def average_pitch(group: Sequence[TextLine]) -> float | None:
    """The distance of the group's lines in pixels, None for a single line."""
    if len(group) < 2:
        return None
    return (group[-1].rect.bottom - group[0].rect.bottom) / (len(group) - 1)

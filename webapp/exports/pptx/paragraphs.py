"""The text of one block as paragraphs whose line breaks are pinned. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.exports.pptx.css_values import pixels
from webapp.exports.pptx.geometry import Placement, Rect, place
from webapp.exports.pptx.scene import Bullet, Paragraph, Run
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import clip_of, is_shown, transforms_of
from webapp.exports.pptx.text_lines import (
    Fragment,
    TextLine,
    average_pitch,
    clean_text,
    group_by_pitch,
    split_cells,
    split_lines,
)
from webapp.exports.pptx.text_style import run_style, text_box_is_seen

_ALIGN = {
    "center": "center",
    "-webkit-center": "center",
    "right": "right",
    "-webkit-right": "right",
}
_GAP_IN_EMS = 0.6
_LEAST_GAP_PX = 0.8


@dataclass(frozen=True, slots=True)
class BlockText:
    """A block and the text nodes that make its lines, in the order of the document."""

    block: LayoutNode
    texts: tuple[LayoutNode, ...]


def read_paragraphs(facts: PageFacts, text: BlockText) -> list[Paragraph]:
    """The block's paragraphs; empty where nothing of it is seen."""
    if _drawing_numbers(text.block):
        return _drawn_line(facts, text)
    markers = [node for node in text.texts if node.pseudo == "marker"]
    lines = split_lines(_fragments(facts, [n for n in text.texts if n.pseudo != "marker"]))
    bullet_of = _Markers(facts, markers)
    paragraphs: list[Paragraph] = []
    for group in _groups(text.block, lines):
        paragraph = _paragraph(facts, text.block, group)
        if not paragraphs:
            paragraph = bullet_of.attach(paragraph, group[0].rect)
        paragraphs.append(paragraph)
    return bullet_of.alone(text.block) + paragraphs


def _fragments(facts: PageFacts, nodes: Sequence[LayoutNode]) -> list[Fragment]:
    found = []
    for node in nodes:
        if not is_shown(facts, node) or pixels(node.style["font-size"]) < 1:
            continue
        clip = clip_of(facts, node)
        for box in node.text_boxes:
            text = clean_text(box.text, node.style["white-space-collapse"])
            if text and box.rect.width > 0 and text_box_is_seen(box.rect, clip):
                found.append(Fragment(text, box.rect, node))
    return found


def _groups(block: LayoutNode, lines: list[TextLine]) -> list[list[TextLine]]:
    if block.style["direction"] == "rtl":
        return group_by_pitch(lines)
    gap = _GAP_IN_EMS * pixels(block.style["font-size"], 16.0) + 1
    cells = [split_cells(line, gap) for line in lines]
    if any(len(row) > 1 for row in cells):
        return [[cell] for row in cells for cell in row]
    return group_by_pitch([row[0] for row in cells if row])


def _paragraph(facts: PageFacts, block: LayoutNode, group: Sequence[TextLine]) -> Paragraph:
    pitch = average_pitch(group) or group[0].rect.height
    left = min(line.rect.left for line in group)
    right = max(line.rect.right for line in group)
    first, last = group[0].rect, group[-1].rect
    # At an exact pitch the letters stand at the foot of their line.
    top = first.bottom - pitch
    rect = Rect(left, top, right - left, last.bottom - top)
    placement = place(rect, transforms_of(facts, block))
    scale = placement.scale
    return Paragraph(
        placement=placement,
        lines=tuple(_runs(facts, line, scale) for line in group),
        align=_alignment(facts, block),
        pitch=pitch * scale,
        right_to_left=block.style["direction"] == "rtl",
        vertical=block.style["writing-mode"].startswith("vertical"),
        heading=_heading(facts, block),
    )


def _runs(facts: PageFacts, line: TextLine, scale: float) -> tuple[Run, ...]:
    runs: list[Run] = []
    right: float | None = None
    for fragment in line.fragments:
        style = run_style(facts, fragment.node, fragment.text, scale)
        gap = 0.0 if right is None else (fragment.rect.left - right) * scale
        right = fragment.rect.right
        if runs and gap > _LEAST_GAP_PX:
            runs[-1:] = _widened(runs[-1], gap)
        if runs and runs[-1].style == style:
            runs[-1] = Run(runs[-1].text + fragment.text, style)
        else:
            runs.append(Run(fragment.text, style))
    return tuple(runs)


def _widened(run: Run, gap: float) -> list[Run]:
    """The run with more room after its last letter: what padding makes within a line."""
    wider = replace(run.style, spacing=run.style.spacing + gap)
    last = Run(run.text[-1:], wider)
    return [Run(run.text[:-1], run.style), last] if len(run.text) > 1 else [last]


def _alignment(facts: PageFacts, block: LayoutNode) -> str:
    if block.name in ("text", "tspan"):
        return {"middle": "center", "end": "right"}.get(block.style["text-anchor"], "left")
    parent = facts.nodes[block.parent] if block.parent is not None else block
    if _centers(block) or (_centers(parent) and _only_child(facts, block, parent)):
        return "center"
    align = block.style["text-align"]
    if align in ("start", "end"):
        is_right = (align == "end") != (block.style["direction"] == "rtl")
        return "right" if is_right else "left"
    return _ALIGN.get(align, "left")


def _centers(box: LayoutNode) -> bool:
    """True for a flex box whose content stands in its middle."""
    if box.style["display"] not in ("flex", "inline-flex"):
        return False
    in_column = box.style["flex-direction"].startswith("column")
    return box.style["align-items" if in_column else "justify-content"] == "center"


def _only_child(facts: PageFacts, block: LayoutNode, parent: LayoutNode) -> bool:
    if parent.style["flex-direction"].startswith("column"):
        return block.rect.width < parent.rect.width - 1
    return sum(node.parent == parent.index for node in facts.nodes) == 1


def _heading(facts: PageFacts, block: LayoutNode) -> int:
    for box in facts.lineage(block):
        if re.fullmatch(r"h[1-6]", box.name):
            return int(box.name[1])
    return 0


def _drawing_numbers(block: LayoutNode) -> list[float]:
    """Middle, size, scale and turn of a text in an SVG drawing, as `prepare.js` measured them."""
    try:
        numbers = [float(word) for word in block.attributes.get("data-export-text", "").split()]
    except ValueError:
        return []
    return numbers if len(numbers) == 6 and all(map(math.isfinite, numbers)) else []


def _drawn_line(facts: PageFacts, text: BlockText) -> list[Paragraph]:
    """The words of a drawing, which are one line, upright or turned."""
    x, y, width, height, scale, degrees = _drawing_numbers(text.block)
    lines = split_lines(_fragments(facts, text.texts))
    if not lines or scale <= 0:
        return []
    width, height = width * scale, height * scale
    rect = Rect(x - width / 2, y - height / 2, width, height)
    line = TextLine(tuple(fragment for line in lines for fragment in line.fragments))
    placement = Placement(rect, degrees % 360, scale)
    return [Paragraph(placement, (_runs(facts, line, scale),), _alignment(facts, text.block))]


class _Markers:
    """The marker of a list item: a bullet of its first line, or a text of its own."""

    def __init__(self, facts: PageFacts, markers: Sequence[LayoutNode]) -> None:
        self._facts = facts
        self._left = [f for f in _fragments(facts, markers) if f.text.strip()]

    def attach(self, paragraph: Paragraph, first: Rect) -> Paragraph:
        """The paragraph with its bullet where it can have one."""
        plain = paragraph.align == "left" and not paragraph.right_to_left
        if len(self._left) != 1 or not plain:
            return paragraph
        fragment = self._left[0]
        width = first.left - fragment.rect.left
        if not 0 < width < 200:
            return paragraph
        self._left = []
        placement = paragraph.placement
        style = run_style(self._facts, fragment.node, fragment.text, placement.scale)
        text = fragment.text.strip()
        return replace(paragraph, bullet=Bullet(text, width * placement.scale, style))

    def alone(self, block: LayoutNode) -> list[Paragraph]:
        """What is left as lines of their own."""
        return [_paragraph(self._facts, block, [line]) for line in split_lines(self._left)]

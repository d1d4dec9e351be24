"""What a box gets from the boxes around it: opacity, clipping, transforms, visibility. Pure."""

from webapp.exports.pptx.css_values import pixels
from webapp.exports.pptx.geometry import Placement, Rect, Transform, place
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts

_OPEN = ("visible", "")
INLINE = ("inline", "contents", "ruby", "ruby-text", "ruby-base")


def element_of(facts: PageFacts, node: LayoutNode) -> LayoutNode:
    """The element itself, or the one that holds a text."""
    if node.text is None or node.parent is None:
        return node
    return facts.nodes[node.parent]


def opacity_of(facts: PageFacts, node: LayoutNode) -> float:
    """What the node lets through of itself, with all that is around it; 0 to 1."""
    result = 1.0
    for box in facts.lineage(element_of(facts, node)):
        result *= min(1.0, max(0.0, pixels(box.style["opacity"], 1.0)))
    return result


def is_shown(facts: PageFacts, node: LayoutNode) -> bool:
    """False for what is hidden, or let through almost not at all."""
    return node.style["visibility"] == "visible" and opacity_of(facts, node) > 0.01


def transforms_of(facts: PageFacts, node: LayoutNode) -> list[Transform]:
    """The transforms around the node and its own, the innermost first."""
    found = []
    for box in facts.lineage(node):
        number = box.attributes.get("data-export-transform", "")
        if box.text is None and number.isdigit() and int(number) < len(facts.transforms):
            found.append(facts.transforms[int(number)])
    return found


def placement_of(facts: PageFacts, node: LayoutNode, rect: Rect) -> Placement:
    """Where `rect` within the node lands."""
    return place(rect, transforms_of(facts, node))


def clip_of(facts: PageFacts, node: LayoutNode) -> Rect | None:
    """What the boxes around the node leave visible, None where they leave all.

    A box that is positioned absolutely is clipped only by boxes that hold positioned ones.
    """
    clip: Rect | None = None
    position = "static" if node.text is not None else node.style["position"]
    for box in facts.ancestors(node):
        if box.name in ("html", "body"):
            break
        escapes = position == "absolute" and box.style["position"] == "static"
        clips = box.style["overflow-x"] not in _OPEN or box.style["overflow-y"] not in _OPEN
        if clips and not escapes and position != "fixed" and box.style["display"] != "inline":
            inner = padding_box(box)
            clip = inner if clip is None else clip.intersect(inner)
        if not escapes and box.style["position"] != "static":
            position = box.style["position"]
    return clip


def padding_box(box: LayoutNode) -> Rect:
    """The box within its borders."""
    left, top, right, bottom = (
        pixels(box.style[f"border-{side}-width"]) for side in ("left", "top", "right", "bottom")
    )
    return box.rect.inset(left, top, right, bottom)


def block_of(facts: PageFacts, node: LayoutNode) -> LayoutNode:
    """The nearest box around a text that makes its own lines."""
    block = node
    for block in facts.ancestors(node):
        if block.style["display"] not in INLINE or "data-export-text" in block.attributes:
            break
    return block

"""What the browser says about a laid-out page: boxes, lines of text and styles in paint order.

Read from Chromium's `DOMSnapshot.captureSnapshot`, which comes from the layout itself: generated
content, list markers, transformed letters and line breaks are in it, and no script of the page can
falsify it. Rectangles are CSS pixels.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from webapp.exports.pptx.geometry import Rect, Transform

_SIDES = ("top", "right", "bottom", "left")
_CORNERS = ("top-left", "top-right", "bottom-right", "bottom-left")
COMPUTED_STYLES = (
    *("display", "visibility", "opacity", "overflow-x", "overflow-y", "position", "direction"),
    *("flex-direction", "justify-content", "align-items", "writing-mode", "clip-path", "filter"),
    *("backdrop-filter", "mix-blend-mode", "mask-image", "object-fit", "object-position"),
    *("background-color", "background-image", "background-size", "background-repeat"),
    *("background-clip", "background-position-x", "background-position-y", "box-shadow"),
    *(f"border-{side}-{what}" for side in _SIDES for what in ("width", "style", "color")),
    *(f"border-{corner}-radius" for corner in _CORNERS),
    *("color", "-webkit-text-fill-color", "fill", "fill-opacity", "text-anchor", "font-family"),
    *("font-size", "font-weight", "font-style", "font-variant-caps", "letter-spacing"),
    *("stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap"),
    *("marker-start", "marker-mid", "marker-end"),
    *("text-align", "text-decoration-line", "text-shadow", "white-space-collapse"),
    *("-webkit-text-stroke-width", "-webkit-text-stroke-color", "vertical-align"),
    *(f"padding-{side}" for side in _SIDES),
)


def _finite(transform: Transform) -> Transform:
    if not all(math.isfinite(number) for number in astuple(transform)):
        raise ValueError("a transform is no number")
    return transform


class Prepared(BaseModel):
    """What `prepare.js` returns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    transforms: list[Annotated[Transform, AfterValidator(_finite)]]
    tokens: dict[str, str]
    fonts: list[str]


@dataclass(frozen=True, slots=True)
class TextBox:
    """A piece of text on one line."""

    text: str
    rect: Rect


@dataclass(frozen=True)
class LayoutNode:
    """One box of the layout. `parent` is the place of the box around it in `PageFacts.nodes`.

    `text` is None for elements; `pseudo` is `before`, `after`, `marker` or empty;
    `backend_id` names the element for the browser.
    """

    index: int
    parent: int | None
    name: str
    pseudo: str
    backend_id: int
    attributes: Mapping[str, str]
    style: Mapping[str, str]
    rect: Rect
    paint_order: int
    text: str | None
    text_boxes: tuple[TextBox, ...]
    source_url: str = ""

    @property
    def label(self) -> str:
        """How a person finds the element: `#id`, `div.card` or `p`."""
        if identifier := self.attributes.get("id"):
            return f"#{identifier}"
        first_class = self.attributes.get("class", "").split()[:1]
        return ".".join([self.name, *first_class])


@dataclass(frozen=True)
class PageFacts:
    """All boxes of one page. `fonts` are the families that the browser really has, in lower case,
    of those that the page names; `tokens` are computed colors of the theme."""

    nodes: tuple[LayoutNode, ...]
    transforms: tuple[Transform, ...]
    tokens: Mapping[str, str]
    fonts: frozenset[str]
    width: float
    height: float

    def ancestors(self, node: LayoutNode) -> Iterator[LayoutNode]:
        """The boxes around `node`, the nearest first."""
        while node.parent is not None:
            node = self.nodes[node.parent]
            yield node

    def lineage(self, node: LayoutNode) -> Iterator[LayoutNode]:
        """`node` and the boxes around it."""
        yield node
        yield from self.ancestors(node)

    def inside(self, node: LayoutNode) -> Iterator[LayoutNode]:
        """The boxes within `node`: they follow it without a gap."""
        for other in self.nodes[node.index + 1 :]:
            if other.parent is None or other.parent < node.index:
                return
            yield other

    @cached_property
    def in_document_order(self) -> tuple[LayoutNode, ...]:
        """The boxes as a reader meets them: generated content at its place, `::after` last."""
        children: dict[int, list[LayoutNode]] = {}
        for node in self.nodes:
            if node.parent is not None:
                children.setdefault(node.parent, []).append(node)
        waiting = [node for node in reversed(self.nodes) if node.style and node.parent is None]
        found = []
        while waiting:
            node = waiting.pop()
            found.append(node)
            inner = children.get(node.index, [])
            waiting += sorted(inner, key=lambda child: (child.pseudo != "after", -child.index))
        return tuple(found)

    @cached_property
    def painted(self) -> tuple[LayoutNode, ...]:
        """The boxes in the order in which they are painted."""
        return tuple(sorted(self.in_document_order, key=lambda node: node.paint_order))


def read_snapshot(
    snapshot: Mapping[str, Any], prepared: Prepared, *, width: float, height: float
) -> PageFacts:
    """The facts in an answer to `DOMSnapshot.captureSnapshot` with `COMPUTED_STYLES`."""
    reader = _Reader(snapshot)
    nodes = tuple(reader.read(index) for index in range(len(reader.node_of)))
    fonts = frozenset(name.lower() for name in prepared.fonts)
    return PageFacts(nodes, tuple(prepared.transforms), prepared.tokens, fonts, width, height)


class _Reader:
    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        document = snapshot["documents"][0]
        self._strings: list[str] = snapshot["strings"]
        self._nodes = document["nodes"]
        self._layout = document["layout"]
        self.node_of: list[int] = self._layout["nodeIndex"]
        self._pseudo = self._rare("pseudoType")
        self._sources = self._rare("currentSourceURL")
        self._first_box: dict[int, int] = {}
        for index, node in enumerate(self.node_of):
            self._first_box.setdefault(node, index)
        self._boxes: dict[int, list[tuple[list[float], int, int]]] = {}
        boxes = document["textBoxes"]
        columns = (boxes["bounds"], boxes["start"], boxes["length"])
        for index, *box in zip(boxes["layoutIndex"], *columns, strict=True):
            self._boxes.setdefault(index, []).append(tuple(box))

    def _rare(self, name: str) -> dict[int, str]:
        data = self._nodes[name]
        return {
            node: self._string(value)
            for node, value in zip(data["index"], data["value"], strict=True)
        }

    def _string(self, index: int) -> str:
        return self._strings[index] if index >= 0 else ""

    def read(self, index: int) -> LayoutNode:
        node = self.node_of[index]
        text_index = self._layout["text"][index]
        text = self._strings[text_index] if text_index >= 0 else None
        attributes = [self._string(part) for part in self._nodes["attributes"][node]]
        styles = [self._string(part) for part in self._layout["styles"][index]]
        return LayoutNode(
            index=index,
            parent=self._parent(index, node),
            name=self._string(self._nodes["nodeName"][node]).lower(),
            pseudo=self._pseudo.get(node, ""),
            backend_id=self._nodes["backendNodeId"][node],
            attributes=dict(zip(attributes[::2], attributes[1::2], strict=True)),
            style=dict(zip(COMPUTED_STYLES, styles, strict=False)),
            rect=Rect(*self._layout["bounds"][index]),
            paint_order=self._layout["paintOrders"][index],
            text=text,
            text_boxes=tuple(self._read_boxes(index, text or "")),
            source_url=self._sources.get(node, ""),
        )

    def _parent(self, index: int, node: int) -> int | None:
        first = self._first_box[node]
        if first != index:
            return first
        above = self._nodes["parentIndex"][node]
        while above >= 0 and above not in self._first_box:
            above = self._nodes["parentIndex"][above]
        # The document around the root element has no style, and nothing to say.
        return self._first_box[above] if above > 0 else None

    def _read_boxes(self, index: int, text: str) -> Iterator[TextBox]:
        units = text.encode("utf-16-le", "surrogatepass")
        # Text that runs against the direction of its line comes last letter first: sort it back.
        for bounds, start, length in sorted(self._boxes.get(index, []), key=lambda box: box[1]):
            piece = units[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")
            yield TextBox(piece, Rect(*bounds))

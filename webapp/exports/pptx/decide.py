"""Native or photographed: what becomes of every box of a page. Pure."""

from collections.abc import Iterator

from webapp.exports.pptx.boxes import BoxShapes, paints, read_box, read_fills
from webapp.exports.pptx.charts import ChartError
from webapp.exports.pptx.colors import Color, parse_color
from webapp.exports.pptx.css_values import pixels
from webapp.exports.pptx.geometry import Rect
from webapp.exports.pptx.gradients import LinearGradient
from webapp.exports.pptx.paragraphs import BlockText, read_paragraphs
from webapp.exports.pptx.replaced import read_chart, read_picture
from webapp.exports.pptx.scene import (
    Chart,
    Drawing,
    Part,
    Photograph,
    Remark,
    Scene,
    Shape,
)
from webapp.exports.pptx.shadows import parse_shadows
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import (
    block_of,
    clip_of,
    is_shown,
    opacity_of,
    placement_of,
)
from webapp.exports.pptx.svg_shapes import read_forms

_PHOTOGRAPHED = ("canvas", "video", "iframe", "object", "embed", "math", "progress", "meter")
_CUTTING = ("clip-path", "mask-image")


def decide(facts: PageFacts) -> Scene:
    """The slide of a page."""
    return _Decider(facts).scene()


class _Decider:
    def __init__(self, facts: PageFacts) -> None:
        self._facts = facts
        self._remarks: dict[Remark, None] = {}
        self._settled: set[int] = set()
        """Boxes whose whole content is part of something else."""
        self._wordless: set[int] = set()
        """Drawings whose forms are photographed, while their words stay text."""
        self._cut: set[int] = set()
        """Boxes whose background is photographed, since it is cut to a form."""
        self._canvas: LayoutNode | None = None

    def scene(self) -> Scene:
        background, first = self._background()
        drawings: list[tuple[int, int, Drawing]] = []
        for order, node in enumerate(self._facts.painted):
            if node.text is None:
                drawings += [(2 * node.paint_order, order, d) for d in self._element(node)]
        for order, text in self._texts():
            drawings += [
                (2 * order + 1, text.block.index, paragraph)
                for paragraph in read_paragraphs(self._facts, text)
            ]
        drawings.sort(key=lambda item: item[:2])
        shown = (drawing for _, _, drawing in drawings if self._on_slide(drawing))
        size = self._facts.width, self._facts.height
        return Scene(*size, background, (*first, *shown), tuple(self._remarks))

    def _on_slide(self, drawing: Drawing) -> bool:
        slide = Rect(0, 0, self._facts.width, self._facts.height)
        return not drawing.placement.rect.intersect(slide).is_empty or drawing.placement.degrees > 0

    def _say(self, node: LayoutNode, message: str) -> None:
        label = node.label
        if node.pseudo and node.parent is not None:
            label = f"{self._facts.nodes[node.parent].label}{label}"
        self._remarks[Remark(label, message)] = None

    def _background(self) -> tuple[Color | LinearGradient | None, list[Drawing]]:
        """What lies behind everything: the background of `html`, else that of `body`."""
        roots = [node for node in self._facts.nodes if node.name in ("html", "body")]
        self._canvas = next((node for node in roots if _has_background(node)), None)
        if self._canvas is None:
            return None, []
        slide = Rect(0, 0, self._facts.width, self._facts.height)
        fills = read_fills(self._canvas, slide)
        placement = placement_of(self._facts, self._canvas, slide)
        if fills is None:
            self._say(self._canvas, "its background is a picture")
            photograph = Photograph(self._canvas.backend_id, Part.CANVAS, slide, placement)
            return None, [photograph]
        layers: list[Drawing] = [Shape(placement, fill, name="Background") for fill in fills[1:]]
        return (fills[0] if fills else None), layers

    def _texts(self) -> Iterator[tuple[int, BlockText]]:
        """Each block with its text nodes, and the highest place in the painting order of them."""
        blocks: dict[int, list[LayoutNode]] = {}
        for node in self._facts.in_document_order:
            if node.text is not None and node.text_boxes and not self._is_settled(node):
                block = block_of(self._facts, node)
                if node.pseudo == "marker" and block.parent is not None:
                    block = self._facts.nodes[block.parent]
                blocks.setdefault(block.index, []).append(node)
        for index, nodes in blocks.items():
            order = max(node.paint_order for node in nodes)
            yield order, BlockText(self._facts.nodes[index], tuple(nodes))

    def _is_settled(self, node: LayoutNode) -> bool:
        return any(box.index in self._settled for box in self._facts.lineage(node))

    def _element(self, node: LayoutNode) -> Iterator[Drawing]:
        around = [box.index for box in self._facts.ancestors(node)]
        if self._settled.intersection((node.index, *around)) or not is_shown(self._facts, node):
            return
        if self._wordless.intersection(around):
            return
        if chart := self._chart(node):
            self._settled.add(node.index)
            yield chart
        elif self._needs_photograph(node):
            self._settled.add(node.index)
            yield from self._photograph(node, Part.TREE)
        elif node.name == "svg":
            self._wordless.add(node.index)
            forms = read_forms(self._facts, node)
            if forms is not None and not paints(node):
                yield from forms
                return
            yield from self._photograph(node, Part.WORDLESS if self._has_words(node) else Part.TREE)
        elif node.name == "img":
            yield from self._image(node)
        elif paints(node) and node is not self._canvas and not node.rect.is_empty:
            yield from self._box(node)

    def _needs_photograph(self, node: LayoutNode) -> bool:
        if node.name in _PHOTOGRAPHED or "data-export-skewed" in node.attributes:
            self._say(node, f"the {node.name} is a picture")
            return True
        if "katex" in node.attributes.get("class", "").split():
            self._say(node, "the formula is a picture")
            return True
        if node.style["mix-blend-mode"] != "normal":
            self._say(node, "it does not blend with what lies under it")
        if node.style["backdrop-filter"] not in ("none", ""):
            self._say(node, "what lies behind it is not blurred")
        cut = any(node.style[name] not in ("none", "") for name in _CUTTING)
        if not cut and node.style["filter"] == "none":
            return False
        if self._has_words(node):
            if cut:
                self._cut.add(node.index)
            else:
                self._say(node, "its filter was left out, so that its words stay text")
            return False
        return True

    def _has_words(self, node: LayoutNode) -> bool:
        return any(
            other.text is not None and other.text.strip() for other in self._facts.inside(node)
        )

    def _photograph(self, node: LayoutNode, part: Part) -> Iterator[Photograph]:
        rect = node.rect
        if part in (Part.BOX, Part.BEFORE, Part.AFTER):
            rect = _with_shadow(node)
        clip = clip_of(self._facts, node)
        slide = Rect(0, 0, self._facts.width, self._facts.height)
        rect = rect.intersect(clip or rect)
        placement = placement_of(self._facts, node, rect)
        if placement.degrees == 0 and placement.scale == 1:
            rect = rect.intersect(slide)
            placement = placement_of(self._facts, node, rect)
        if rect.width < 0.5 or rect.height < 0.5:
            return
        backend_id = node.backend_id
        if part in (Part.BEFORE, Part.AFTER) and node.parent is not None:
            backend_id = self._facts.nodes[node.parent].backend_id
        description = node.attributes.get("aria-label", "") or node.attributes.get("alt", "")
        yield Photograph(backend_id, part, rect, placement, description)

    def _box(self, node: LayoutNode) -> Iterator[Drawing]:
        if node.style["display"] == "inline" and node.rect.height > 1.9 * _line_height(node):
            yield from self._broken_inline(node)
            return
        box = BoxShapes(None) if node.index in self._cut else read_box(self._facts, node)
        if box.shapes is not None:
            for message in box.messages:
                self._say(node, message)
            yield from box.shapes
            return
        self._say(node, "its background is a picture")
        parts = {"before": Part.BEFORE, "after": Part.AFTER}
        yield from self._photograph(node, parts.get(node.pseudo, Part.BOX))

    def _broken_inline(self, node: LayoutNode) -> Iterator[Drawing]:
        """An inline box over several lines: one rectangle behind the words of each."""
        color = parse_color(node.style["background-color"])
        if color is None or color.alpha == 0:
            return
        for other in self._facts.inside(node):
            for text_box in other.text_boxes:
                placement = placement_of(self._facts, node, text_box.rect)
                yield Shape(placement, color.faded(opacity_of(self._facts, node)))

    def _image(self, node: LayoutNode) -> Iterator[Drawing]:
        picture = read_picture(self._facts, node)
        if picture is None:
            yield from self._photograph(node, Part.TREE)
            return
        if paints(node):
            yield from self._box(node)
        yield picture

    def _chart(self, node: LayoutNode) -> Chart | None:
        try:
            return read_chart(self._facts, node)
        except ChartError as error:
            self._say(node, f"{error}, so the chart is not native")
            return None


def _has_background(node: LayoutNode) -> bool:
    color = parse_color(node.style["background-color"])
    return node.style["background-image"] != "none" or color is None or color.alpha > 0.005


def _line_height(node: LayoutNode) -> float:
    return pixels(node.style["font-size"], 16.0) * 1.3


def _with_shadow(node: LayoutNode) -> Rect:
    """The box with the room that its shadows take."""
    shadows, _ = parse_shadows(node.style["box-shadow"])
    reach = max([0.0, *(s.blur + max(abs(s.x), abs(s.y)) for s in shadows)])
    return node.rect.inset(-reach, -reach, -reach, -reach)

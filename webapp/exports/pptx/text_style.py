"""How letters look, from computed styles. Pure."""

import re
from collections.abc import Mapping

from webapp.exports.pptx.colors import BLACK, Color, parse_color
from webapp.exports.pptx.css_values import pixels, split_top_level
from webapp.exports.pptx.fonts import east_asian_font, latin_font
from webapp.exports.pptx.geometry import Rect
from webapp.exports.pptx.gradients import LinearGradient, parse_linear_gradient
from webapp.exports.pptx.scene import Line, RunStyle, Shadow
from webapp.exports.pptx.shadows import parse_shadows, strongest
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import INLINE, element_of, opacity_of

_LINK = re.compile(r"^(https?://|mailto:)\S+$", re.IGNORECASE)
_BOLD = 600


def run_style(facts: PageFacts, node: LayoutNode, text: str, scale: float) -> RunStyle:
    """The style of the text `node`; `scale` is what transforms make of its size."""
    style = node.style
    is_drawing = _is_drawing(facts, node)
    lines = _decorations(facts, node)
    raised = _raised(style["vertical-align"])
    # PowerPoint draws raised letters at two thirds of their size; the browser's are small already.
    size = pixels(style["font-size"], 16.0) * scale * (1.5 if raised else 1.0)
    return RunStyle(
        latin=latin_font(style["font-family"], facts.fonts),
        east_asian=east_asian_font(style["font-family"], text, facts.fonts),
        size=size,
        fill=_drawn_fill(facts, node) if is_drawing else _fill(facts, node),
        bold=pixels(style["font-weight"], 400) >= _BOLD,
        italic=style["font-style"] != "normal",
        underline="underline" in lines,
        strike="line-through" in lines,
        small_caps="small-caps" in style["font-variant-caps"],
        spacing=pixels(style["letter-spacing"]) * scale,
        raised=raised,
        link=_link(facts, node),
        shadow=_shadow(style["text-shadow"], scale),
        stroke=_stroke(style, scale),
    )


def _is_drawing(facts: PageFacts, node: LayoutNode) -> bool:
    return any(box.name == "svg" for box in facts.ancestors(node))


def _fill(facts: PageFacts, node: LayoutNode) -> Color | LinearGradient:
    color = parse_color(node.style["-webkit-text-fill-color"]) or BLACK
    opacity = opacity_of(facts, node)
    if color.alpha < 0.05:
        painted = _clipped_background(facts, node)
        if painted is not None:
            return painted
    return color.faded(opacity)


def _clipped_background(facts: PageFacts, node: LayoutNode) -> Color | LinearGradient | None:
    """What shows through letters whose background is clipped to them."""
    for box in facts.ancestors(node):
        if "text" in box.style["background-clip"]:
            image = split_top_level(box.style["background-image"])
            gradient = parse_linear_gradient(image[0], box.rect) if image else None
            if gradient is not None:
                return gradient
            color = parse_color(box.style["background-color"])
            return color if color is not None and color.alpha > 0 else _first_color(image)
        if box.style["display"] not in INLINE:
            return None
    return None


def _first_color(images: list[str]) -> Color | None:
    """The first color of a gradient that cannot be expressed."""
    for part in split_top_level(images[0].partition("(")[2].rstrip(")")) if images else []:
        color = parse_color(part.split(")")[0] + ")" if "(" in part else part.split(" ")[0])
        if color is not None and color.alpha > 0:
            return color
    return None


def _drawn_fill(facts: PageFacts, node: LayoutNode) -> Color:
    color = parse_color(node.style["fill"]) or BLACK
    return color.faded(opacity_of(facts, node) * pixels(node.style["fill-opacity"], 1.0))


def _decorations(facts: PageFacts, node: LayoutNode) -> str:
    found = []
    for box in facts.lineage(element_of(facts, node)):
        found.append(box.style["text-decoration-line"])
        if box.style["display"].startswith("inline-") or box.style["position"] == "absolute":
            break
    return " ".join(found)


def _raised(vertical_align: str) -> int:
    return {"super": 30, "sub": -25}.get(vertical_align, 0)


def _link(facts: PageFacts, node: LayoutNode) -> str:
    for box in facts.ancestors(node):
        if box.name == "a":
            address = box.attributes.get("href", "").strip()
            return address if _LINK.match(address) and len(address) < 2000 else ""
    return ""


def _shadow(text: str, scale: float) -> Shadow | None:
    shadow = strongest(parse_shadows(text)[0])
    if shadow is None:
        return None
    return Shadow(shadow.x * scale, shadow.y * scale, shadow.blur * scale, shadow.color)


def _stroke(style: Mapping[str, str], scale: float) -> Line | None:
    width = pixels(style["-webkit-text-stroke-width"])
    color = parse_color(style["-webkit-text-stroke-color"])
    return Line(width * scale, color) if width > 0 and color and color.alpha > 0 else None


def text_box_is_seen(rect: Rect, clip: Rect | None) -> bool:
    """False for letters that lie outside of what is visible, or in a box made too small to see."""
    if clip is None:
        return True
    return not rect.intersect(clip).is_empty and clip.width * clip.height > 4

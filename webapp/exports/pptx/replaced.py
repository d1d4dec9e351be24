"""Elements that stand for something else: images, and charts with their data. Pure."""

from webapp.exports.pptx.charts import parse_chart
from webapp.exports.pptx.colors import BLACK, parse_color
from webapp.exports.pptx.corners import clipped_corners, read_corners, scaled
from webapp.exports.pptx.css_values import pixels
from webapp.exports.pptx.fonts import latin_font
from webapp.exports.pptx.images import content_box, crop_to, fit_image, read_image
from webapp.exports.pptx.scene import Chart, Picture
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import clip_of, opacity_of, placement_of

_LEAST_CHART_PX = 20
_UNCUT = (0.0, 0.0, 0.0, 0.0)
_PALETTE = ("accent", "accent2", "muted", "text")


def read_picture(facts: PageFacts, node: LayoutNode) -> Picture | None:
    """The image of an `img`, cut as it is seen; None where it must be photographed."""
    box = content_box(node)
    image = read_image(node.source_url or node.attributes.get("src", ""))
    if image is None or box.is_empty:
        return None
    style = node.style
    fit, position = style["object-fit"], style["object-position"]
    fitted = fit_image(box, image.width, image.height, fit, position)
    clip = clip_of(facts, node)
    if clip is not None and not clip.covers(fitted.rect):
        if fitted.crop != _UNCUT:
            return None
        fitted = crop_to(fitted.rect, fitted.rect.intersect(clip))
    placement = placement_of(facts, node, fitted.rect)
    corners = clipped_corners(facts, node, read_corners(node))
    return Picture(
        placement,
        image.data,
        fitted.crop,
        scaled(corners, placement.scale),
        node.attributes.get("alt", ""),
        opacity_of(facts, node),
    )


def read_chart(facts: PageFacts, node: LayoutNode) -> Chart | None:
    """The native chart of an element with `data-chart`; None for other elements.

    Raises ChartError if its data cannot be drawn natively.
    """
    data = node.attributes.get("data-chart")
    if data is None or node.pseudo or min(node.rect.width, node.rect.height) < _LEAST_CHART_PX:
        return None
    spec = parse_chart(data)
    palette = [parse_color(facts.tokens.get(name, "")) for name in _PALETTE]
    return Chart(
        placement_of(facts, node, node.rect),
        spec,
        parse_color(node.style["color"]) or BLACK,
        latin_font(node.style["font-family"], facts.fonts),
        pixels(node.style["font-size"], 16.0),
        tuple(color for color in palette if color is not None and color.alpha > 0),
    )

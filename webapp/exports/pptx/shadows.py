"""Shadows of boxes and letters. Pure."""

from webapp.exports.pptx.colors import Color, parse_color
from webapp.exports.pptx.css_values import pixels, split_top_level, words
from webapp.exports.pptx.scene import Shadow


def parse_shadows(text: str) -> tuple[list[Shadow], bool]:
    """The outer shadows, the first on top, and whether others (inset, unknown) were left out."""
    found, left_out = [], False
    for part in split_top_level(text) if text != "none" else []:
        shadow = _parse(part)
        if shadow is None:
            left_out = True
        elif shadow.color.alpha > 0.01:
            found.append(shadow)
    return found, left_out


def strongest(shadows: list[Shadow]) -> Shadow | None:
    """The one that is seen most: PowerPoint has one shadow for a shape."""
    return max(shadows, key=lambda s: s.color.alpha * (1 + s.blur + abs(s.y)), default=None)


def _parse(text: str) -> Shadow | None:
    lengths: list[float] = []
    color: Color | None = None
    for word in words(text):
        if word == "inset":
            return None
        if word.endswith("px"):
            lengths.append(pixels(word))
        else:
            color = parse_color(word)
    if color is None or len(lengths) < 2:
        return None
    x, y, blur, *_ = [*lengths, 0.0]
    # A spread widens the copy; half of it in the blur looks nearest.
    spread = max(0.0, lengths[3]) if len(lengths) > 3 else 0.0
    return Shadow(x, y, max(0.0, blur) + spread / 2, color)

"""Poster sizes: names and measures, in what a page of CSS understands."""

import re
from dataclasses import dataclass

MM_PER_INCH = 25.4
CSS_PX_PER_INCH = 96
LONGEST_SIDE_MM = 2_000
LONGEST_SIDE_PX = 8_000
SHORTEST_SIDE_PX = 50
DEFAULT_SIZE = "A4"

_PAPER_MM = {
    "a4": ("A4", 210.0, 297.0),
    "a3": ("A3", 297.0, 420.0),
    "a2": ("A2", 420.0, 594.0),
    "a1": ("A1", 594.0, 841.0),
    "a0": ("A0", 841.0, 1189.0),
    "letter": ("letter", 215.9, 279.4),
}
_SCREEN_PX = {
    "square": ("square", 1080.0, 1080.0),
    "story": ("story", 1080.0, 1920.0),
    "banner": ("banner", 1500.0, 500.0),
}
_MEASURES = re.compile(
    r"^(\d{1,5}(?:\.\d{1,2})?)\s*(mm|px)?\s*[x×*]\s*(\d{1,5}(?:\.\d{1,2})?)\s*(mm|px)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterSize:
    """`name` is how it is stored; `width` and `height` are in `unit`, `mm` or `px`."""

    name: str
    width: float
    height: float
    unit: str

    @property
    def width_px(self) -> float:
        """The width in CSS pixels."""
        return self._to_px(self.width)

    @property
    def height_px(self) -> float:
        """The height in CSS pixels."""
        return self._to_px(self.height)

    @property
    def css(self) -> tuple[str, str]:
        """Width and height as CSS lengths."""
        return f"{self.width:g}{self.unit}", f"{self.height:g}{self.unit}"

    def _to_px(self, length: float) -> float:
        return length if self.unit == "px" else length / MM_PER_INCH * CSS_PX_PER_INCH


def parse_size(text: str) -> PosterSize:
    """`A4` … `A0`, `letter`, `square`, `story`, `banner`, each also with `landscape` or
    `portrait`, or `<width>x<height>mm|px`.

    Raises ValueError with a sentence for anything else and for sides out of range.
    """
    words = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    measures = _MEASURES.match(words)
    if measures:
        width, first_unit, height, unit = measures.groups()
        if first_unit in (None, unit):
            return _measured(float(width), float(height), unit)
    name, _, turned = words.partition(" ")
    known = _PAPER_MM.get(name) or _SCREEN_PX.get(name)
    if known is None or turned not in ("", "landscape", "portrait"):
        raise ValueError(
            "a size is A4, A3, A2, A1, A0, letter, square, story or banner (paper also with"
            " landscape), or measures such as 300x400mm or 1200x800px"
        )
    label, width_, height_ = known
    unit = "mm" if name in _PAPER_MM else "px"
    if _is_turned(width_, height_, turned):
        return PosterSize(name=f"{label} {turned}", width=height_, height=width_, unit=unit)
    return PosterSize(name=label, width=width_, height=height_, unit=unit)


def _is_turned(width: float, height: float, turned: str) -> bool:
    return (turned == "landscape" and width < height) or (turned == "portrait" and width > height)


def _measured(width: float, height: float, unit: str) -> PosterSize:
    size = PosterSize(name=f"{width:g}x{height:g}{unit}", width=width, height=height, unit=unit)
    longest = LONGEST_SIDE_MM if unit == "mm" else LONGEST_SIDE_PX
    if max(width, height) > longest or min(size.width_px, size.height_px) < SHORTEST_SIDE_PX:
        raise ValueError(
            f"a side is at least {SHORTEST_SIDE_PX} px and at most"
            f" {LONGEST_SIDE_MM} mm or {LONGEST_SIDE_PX} px"
        )
    return size

"""Screenshots as arrays, and what can be measured in them."""

import io
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webapp.rendering.check.facts import Box

Pixels = NDArray[np.uint8]  # [height, width, 3]
Floats = NDArray[np.float64]
SAME_COLOR = 6
_LINEAR = np.array(
    [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.arange(256) / 255]
)
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot; `scale` is how many of its pixels make one CSS pixel."""

    pixels: Pixels
    scale: float

    @classmethod
    def from_png(cls, png: bytes, width_px: float) -> Self:
        """Decode a screenshot of a page that is `width_px` CSS pixels wide."""
        with Image.open(io.BytesIO(png)) as image:
            return cls(np.asarray(image.convert("RGB")), image.width / width_px)

    def region(self, box: Box) -> Pixels:
        """The pixels of a box that lie in the picture; may be empty."""
        height, width, _ = self.pixels.shape
        left, right = (self._pixel(edge, width) for edge in (box.left, box.right))
        top, bottom = (self._pixel(edge, height) for edge in (box.top, box.bottom))
        return self.pixels[top:bottom, left:right]

    def is_plain(self, box: Box | None = None, most_different: int = 30) -> bool:
        """True if all but `most_different` pixels have one color."""
        pixels = self.pixels if box is None else self.region(box)
        return pixels.size == 0 or count_odd_ones(pixels) <= most_different

    def _pixel(self, edge: float, size: int) -> int:
        return int(min(max(round(edge * self.scale), 0), size))


def count_odd_ones(pixels: Pixels) -> int:
    """How many pixels differ from the color in the middle of all."""
    flat = pixels.reshape(-1, 3)
    middle = np.median(flat[:: max(1, len(flat) // 4096)], axis=0)
    return int((np.abs(flat - middle.astype(np.int16)).max(axis=1) > SAME_COLOR).sum())


def count_changes(before: Picture, after: Picture) -> int:
    """How many pixels differ between two screenshots of the same page."""
    if before.pixels.shape != after.pixels.shape:
        return int(before.pixels.size)
    return int((difference(before.pixels, after.pixels) > SAME_COLOR).sum())


def difference(first: Pixels, second: Pixels) -> NDArray[np.int16]:
    """The largest difference of the three channels, pixel by pixel [height, width]."""
    delta: NDArray[np.int16] = np.abs(first.astype(np.int16) - second).max(axis=2)
    return delta


def luminance(colors: NDArray[np.generic]) -> Floats:
    """Relative luminance (WCAG 2.2) of colors 0–255 [..., 3]."""
    linear: Floats = _LINEAR[np.clip(colors, 0, 255).astype(np.uint8)] @ _WEIGHTS
    return linear


def contrast_ratios(text: NDArray[np.generic], behind: NDArray[np.generic]) -> Floats:
    """Contrast ratios 1–21 (WCAG 2.2), pixel by pixel."""
    first, second = luminance(text), luminance(behind)
    ratios: Floats = (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)
    return ratios

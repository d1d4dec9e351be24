"""Images of the page: read, and fitted into their boxes as `object-fit` says. Pure."""

import base64
import binascii
import io
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from PIL import Image, ImageOps, UnidentifiedImageError

from webapp.exports.pptx.css_values import length, pixels
from webapp.exports.pptx.geometry import Rect
from webapp.exports.pptx.snapshot import LayoutNode
from webapp.exports.pptx.surroundings import padding_box

MAX_IMAGE_PIXELS = 60_000_000
_DATA_URL = re.compile(r"^data:([\w/+.-]*)((?:;[^,;]*)*),", re.IGNORECASE)
_KEPT_FORMATS = ("PNG", "JPEG")
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image as PowerPoint can hold it, and its size in its own pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """Where an image is seen, and what is cut off at left, top, right and bottom (0 to 1)."""

    rect: Rect
    crop: tuple[float, float, float, float]


def decode_data_url(address: str) -> bytes | None:
    """The bytes of a `data:` address, or None."""
    match = _DATA_URL.match(address)
    if match is None:
        return None
    body = address[match.end() :]
    if ";base64" not in match.group(2).lower():
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote_to_bytes(body))
    except (binascii.Error, ValueError):
        return None


def read_image(address: str) -> ImageFile | None:
    """The image at a `data:` address as PNG or JPEG; None for drawings and broken ones."""
    data = decode_data_url(address)
    if data is None:
        return None
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                return None
            turned = image.getexif().get(_ORIENTATION, 1) != 1
            if image.format in _KEPT_FORMATS and not turned:
                image.load()
                return ImageFile(data, image.width, image.height)
            return _as_png(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _as_png(image: Image.Image) -> ImageFile:
    file = io.BytesIO()
    image.convert("RGBA").save(file, "PNG")
    return ImageFile(file.getvalue(), image.width, image.height)


def content_box(node: LayoutNode) -> Rect:
    """The box within borders and padding."""
    paddings = (pixels(node.style[f"padding-{s}"]) for s in ("left", "top", "right", "bottom"))
    return padding_box(node).inset(*paddings)


def fit_image(box: Rect, width: float, height: float, fit: str, position: str) -> Fitted:
    """Where an image of `width` by `height` is seen in `box`."""
    scales = (box.width / width, box.height / height)
    if fit == "cover":
        scale_x = scale_y = max(scales)
    elif fit == "contain":
        scale_x = scale_y = min(scales)
    elif fit == "none":
        scale_x = scale_y = 1.0
    elif fit == "scale-down":
        scale_x = scale_y = min(1.0, *scales)
    else:
        scale_x, scale_y = scales
    shown_width, shown_height = width * scale_x, height * scale_y
    x, _, y = position.partition(" ")
    left = box.left + _offset(x, box.width - shown_width)
    top = box.top + _offset(y, box.height - shown_height)
    whole = Rect(left, top, shown_width, shown_height)
    return crop_to(whole, whole.intersect(box))


def crop_to(whole: Rect, seen: Rect) -> Fitted:
    """The part `seen` of an image that would cover `whole`."""
    crop = (
        (seen.left - whole.left) / whole.width,
        (seen.top - whole.top) / whole.height,
        (whole.right - seen.right) / whole.width,
        (whole.bottom - seen.bottom) / whole.height,
    )
    left, top, right, bottom = (0.0 if abs(part) < 1e-4 else part for part in crop)
    return Fitted(seen, (left, top, right, bottom))


def _offset(text: str, room: float) -> float:
    offset = length(text or "50%", room)
    return room / 2 if offset is None else offset

"""Small pictures of documents, as files under ATELIER_HOME by the digest of what they show."""

import io
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from PIL import Image

LONGEST_SIDE_PX = 480
QUALITY = 82


def thumbnail_path(digest: str) -> Path:
    """Where the picture with this digest lies, if there is one."""
    return Path(settings.ATELIER_HOME) / "thumbnails" / digest[:2] / f"{digest}.webp"


def store_thumbnail(digest: str, screenshot: bytes) -> None:
    """Keep a screenshot (PNG) made small. Raises OSError."""
    path = thumbnail_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(screenshot)) as image:
        picture = image.convert("RGB")
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    # Written beside and moved, so that nobody reads half of it.
    unfinished = path.with_name(f".{uuid4().hex}")
    picture.save(unfinished, "WEBP", quality=QUALITY, method=4)
    unfinished.replace(path)


def read_thumbnail(digest: str) -> bytes | None:
    """The picture, or None while there is none."""
    try:
        return thumbnail_path(digest).read_bytes()
    except FileNotFoundError:
        return None

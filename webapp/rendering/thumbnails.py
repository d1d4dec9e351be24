"""Small pictures of documents, as files under ATELIER_HOME: a folder for each text, in it a picture
for each look of it. Both are named by SHA-256, and a picture is removed with its text."""

import io
import shutil
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from PIL import Image

from webapp.artifacts.models import Blob
from webapp.rendering.version_jobs import VersionJob

LONGEST_SIDE_PX = 480
QUALITY = 82
BATCH = 500  # names in a query: SQLite allows not many more


def thumbnail_path(job: VersionJob) -> Path:
    """Where the picture of this document lies, if there is one."""
    return _folder() / job.source[:2] / job.source / f"{job.digest}.webp"


def store_thumbnail(job: VersionJob, screenshot: bytes) -> None:
    """Keep a screenshot (PNG) made small. Raises OSError."""
    path = thumbnail_path(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(screenshot)) as image:
        picture = image.convert("RGB")
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    # Written beside and moved, so that nobody reads half of it.
    unfinished = path.with_name(f".{uuid4().hex}")
    picture.save(unfinished, "WEBP", quality=QUALITY, method=4)
    unfinished.replace(path)


def read_thumbnail(job: VersionJob) -> bytes | None:
    """The picture, or None while there is none."""
    try:
        return thumbnail_path(job).read_bytes()
    except FileNotFoundError:
        return None


def purge_thumbnails() -> int:
    """Removes the pictures of texts that are no longer stored; returns of how many texts."""
    folders = {folder.name: folder for folder in _folder().glob("??/*")}
    stored: set[str] = set()
    names = list(folders)
    for begin in range(0, len(names), BATCH):
        some = Blob.objects.filter(pk__in=names[begin : begin + BATCH])
        stored.update(some.values_list("pk", flat=True))
    stale = folders.keys() - stored
    for name in stale:
        shutil.rmtree(folders[name], ignore_errors=True)
    return len(stale)


def _folder() -> Path:
    return Path(settings.ATELIER_HOME) / "thumbnails"

"""PNG: a picture of each page; large ones are taken in strips and written as they come."""

import asyncio
import base64
import io
import zlib
from collections.abc import Iterable
from struct import pack
from zipfile import ZIP_STORED, ZipFile

from PIL import Image, ImageChops
from playwright.async_api import CDPSession

from webapp.artifacts.identifiers import normalize_identifier
from webapp.exports.contents import ExportFailed, ExportPage, ExportSource
from webapp.exports.page_loading import PageLoader
from webapp.rendering.browser.page import RenderPage

STRIP_PIXELS = 8_000_000
"""Below what a browser draws at once without cutting off."""
MAX_SIDE_PIXELS = 30_000
MAX_PAGE_HEIGHT = 16_000
_CONTENT_HEIGHT = "Math.ceil(Math.max(document.documentElement.scrollHeight, innerHeight))"


async def picture_page(source: ExportSource, shown: RenderPage, ratio: float) -> bytes:
    """The page as PNG with `ratio` pixels to a CSS pixel."""
    height = source.height
    if not source.is_fixed:
        height = min(MAX_PAGE_HEIGHT, float(await shown.page.evaluate(_CONTENT_HEIGHT)))
    width, rows = round(source.width * ratio), round(height * ratio)
    if max(width, rows) > MAX_SIDE_PIXELS:
        raise ExportFailed("That picture would be too large; choose a lower resolution.")
    session = await shown.page.context.new_cdp_session(shown.page)
    if width * rows <= STRIP_PIXELS:
        picture = await _shoot(session, 0, source.width, height, ratio)
    else:
        picture = await _shoot_strips(session, source.width, rows, ratio)
    await session.detach()
    return picture


async def _shoot_strips(session: CDPSession, width: float, rows: int, ratio: float) -> bytes:
    columns = round(width * ratio)
    writer = PngWriter(columns, rows)
    step = max(1, STRIP_PIXELS // columns)
    for top in range(0, rows, step):
        lines = min(step, rows - top)
        strip = await _shoot(session, top / ratio, width, lines / ratio, ratio)
        await asyncio.to_thread(writer.add, strip, lines)
    return writer.finish()


async def _shoot(
    session: CDPSession, top: float, width: float, height: float, ratio: float
) -> bytes:
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": ratio}
    answer = await session.send(
        "Page.captureScreenshot",
        {"format": "png", "clip": clip, "captureBeyondViewport": True},
    )
    return base64.b64decode(answer["data"])


class PngWriter:
    """A PNG file written in strips from above, so that the whole is never held unpacked.

    Each row is stored as its difference to the row above (PNG specification, filter type 2).
    """

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._missing = height
        self._last: Image.Image | None = None
        self._packer = zlib.compressobj(6)
        self._parts = [b"\x89PNG\r\n\x1a\n"]
        self._chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))

    def add(self, png: bytes, lines: int) -> None:
        """The next `lines` rows. Raises ExportFailed if the strip is smaller than that."""
        with Image.open(io.BytesIO(png)) as image:
            strip = image.convert("RGB")
        if strip.width < self._width or strip.height < lines:
            raise ExportFailed("The browser drew less than was asked for; try a lower resolution.")
        strip = strip.crop((0, 0, self._width, lines))
        above = Image.new("RGB", strip.size)
        above.paste(strip, (0, 1))
        if self._last is not None:
            above.paste(self._last, (0, 0))
        rows = ImageChops.subtract_modulo(strip, above).tobytes()
        stride = 3 * self._width
        filtered = (b"\x02" + rows[n : n + stride] for n in range(0, len(rows), stride))
        self._chunk(b"IDAT", self._packer.compress(b"".join(filtered)))
        self._last = strip.crop((0, lines - 1, self._width, lines))
        self._missing -= lines

    def finish(self) -> bytes:
        """The file. Raises ExportFailed if rows are missing."""
        if self._missing:
            raise ExportFailed("The browser drew less than was asked for; try a lower resolution.")
        self._chunk(b"IDAT", self._packer.flush())
        self._chunk(b"IEND", b"")
        return b"".join(self._parts)

    def _chunk(self, name: bytes, data: bytes) -> None:
        if data or name == b"IEND":
            body = name + data
            self._parts += [pack(">I", len(data)), body, pack(">I", zlib.crc32(body))]


async def picture_pages(source: ExportSource, loader: PageLoader, ratio: float) -> list[bytes]:
    """A PNG for each page."""

    async def work(shown: RenderPage, _page: ExportPage) -> bytes:
        return await picture_page(source, shown, ratio)

    return await loader.each(work)


def zip_pictures(pictures: Iterable[bytes], pages: Iterable[ExportPage]) -> bytes:
    """A ZIP of pictures named after number and title of their pages."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for picture, page in zip(pictures, pages, strict=True):
            name = normalize_identifier(page.title) or "page"
            archive.writestr(f"{page.number:03d}-{name}.png", picture)
    return buffer.getvalue()

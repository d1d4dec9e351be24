"""From a source to a file, whatever the format."""

import asyncio

from webapp.exports.contents import ExportedFile, ExportSource, Progress
from webapp.exports.drawings import export_svg
from webapp.exports.formats import (
    HTML_FILE,
    PDF_FILE,
    PNG_FILE,
    PPTX_FILE,
    SVG_FILE,
    ZIP_FILE,
    ExportFormat,
    ExportOptions,
    FileType,
)
from webapp.exports.page_loading import PageLoader
from webapp.exports.pdf import print_pdf
from webapp.exports.pictures import picture_pages, zip_pictures
from webapp.exports.powerpoint import editable_pptx, picture_pptx
from webapp.exports.standalone import standalone_html, standalone_zip
from webapp.rendering.browser.pool import RenderPool


async def export(
    source: ExportSource,
    format: ExportFormat,
    options: ExportOptions,
    pool: RenderPool,
    progress: Progress,
) -> ExportedFile:
    """The finished file. Raises ExportFailed with a sentence.

    Can be cancelled at any time: pages of the browser are given back.
    """
    exporter = _Exporter(source, options, PageLoader(pool, source, progress), progress)
    kind, data = await exporter.make(format)
    return ExportedFile(f"{source.stem}.{kind.ending}", kind, data)


class _Exporter:
    def __init__(
        self, source: ExportSource, options: ExportOptions, loader: PageLoader, progress: Progress
    ) -> None:
        self._source = source
        self._options = options
        self._loader = loader
        self._progress = progress

    async def make(self, format: ExportFormat) -> tuple[FileType, bytes]:
        source, loader = self._source, self._loader
        match format:
            case ExportFormat.PDF:
                return PDF_FILE, await print_pdf(source, loader)
            case ExportFormat.PPTX:
                return PPTX_FILE, await editable_pptx(source, loader, self._progress)
            case ExportFormat.PPTX_PICTURES:
                return PPTX_FILE, await picture_pptx(source, loader)
            case ExportFormat.PNG:
                return await self._pictures()
            case ExportFormat.SVG:
                return SVG_FILE, await export_svg(source, loader, self._progress)
            case ExportFormat.HTML:
                return HTML_FILE, await asyncio.to_thread(standalone_html, source, self._progress)
            case ExportFormat.ZIP:
                return ZIP_FILE, await asyncio.to_thread(standalone_zip, source, self._progress)
            case ExportFormat.FILE:
                own = FileType(source.ending, "text/plain; charset=utf-8")
                return own, source.content.encode()

    async def _pictures(self) -> tuple[FileType, bytes]:
        source = self._source
        pictures = await picture_pages(source, self._loader, self._options.pixel_ratio)
        if len(pictures) == 1:
            return PNG_FILE, pictures[0]
        return ZIP_FILE, await asyncio.to_thread(zip_pictures, pictures, source.pages)

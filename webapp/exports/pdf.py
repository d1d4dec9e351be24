"""PDF: every page printed alone, then put together with titles, outline and metadata."""

import asyncio
import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject

from webapp.exports.contents import ExportPage, ExportSource
from webapp.exports.page_loading import PageLoader
from webapp.rendering.browser.page import RenderPage

_PAPER_MARGIN = "16mm"


async def print_pdf(source: ExportSource, loader: PageLoader) -> bytes:
    """The whole source as one PDF: a page for each of a deck, else as many as it fills."""

    async def work(shown: RenderPage, _page: ExportPage) -> bytes:
        return await _print_page(source, shown)

    parts = await loader.each(work)
    titles = [page.title for page in source.pages]
    return await asyncio.to_thread(merge_pdfs, parts, titles, source.title)


async def _print_page(source: ExportSource, shown: RenderPage) -> bytes:
    await shown.page.emulate_media(media="screen")
    if not source.is_fixed:
        margin = dict.fromkeys(("top", "right", "bottom", "left"), _PAPER_MARGIN)
        return await shown.page.pdf(
            format="A4",
            print_background=True,
            tagged=True,
            margin=margin,  # type: ignore[arg-type]
        )
    width, height = source.css_size or (f"{source.width:g}px", f"{source.height:g}px")
    return await shown.page.pdf(
        width=width,
        height=height,
        print_background=True,
        tagged=True,
        page_ranges="1",
    )


def merge_pdfs(parts: Sequence[bytes], titles: Sequence[str], title: str) -> bytes:
    """One file of all parts, each in the outline by its title. Equal fonts and images are kept
    once."""
    writer = PdfWriter()
    for part, name in zip(parts, titles, strict=True):
        reader = PdfReader(io.BytesIO(part))
        is_one_of_many = len(parts) > 1
        writer.append(
            reader,
            outline_item=name if is_one_of_many and name else None,
            import_outline=not is_one_of_many,
        )
    if len(parts) > 1:
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    writer.add_metadata({"/Title": title, "/Creator": "Atelier"})
    preferences = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = preferences
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()

"""PPTX: editable from the layout of each page, or pictures of the pages with their words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from pydantic import ValidationError

from webapp.exports.contents import ExportPage, ExportSource, Progress
from webapp.exports.page_loading import PageLoader
from webapp.exports.pictures import picture_page
from webapp.exports.pptx.builder import PptxBuilder
from webapp.exports.pptx.capture import MAX_PHOTOGRAPHS, PageCamera
from webapp.exports.pptx.decide import decide
from webapp.exports.pptx.scene import Photograph, Scene
from webapp.exports.pptx.slide_writer import SlideTexts
from webapp.rendering.browser.page import RenderPage

PICTURE_RATIO = 2.0
# What a page can bring about that turns the browser's own functions against who reads it.
_UNREADABLE = (ValidationError, ValueError, LookupError, ArithmeticError, RecursionError)
log = structlog.get_logger(__name__)
_WORDS = "document.body ? document.body.innerText : ''"
_DESCRIPTION_CHARACTERS = 2000


async def editable_pptx(source: ExportSource, loader: PageLoader, progress: Progress) -> bytes:
    """Slides of text, shapes and native charts; each approximation becomes a report line."""

    async def work(shown: RenderPage, page: ExportPage) -> _Slide:
        try:
            async with PageCamera.on(shown.page) as camera:
                facts = await camera.read_facts(width=source.width, height=source.height)
                scene = await asyncio.to_thread(decide, facts)
                wanted = [one for one in scene.drawings if isinstance(one, Photograph)]
                return _Slide(page, scene, await camera.take(wanted))
        except _UNREADABLE as error:
            log.warning("page_not_read", page=page.number, reason=repr(error))
            message = "Its layout could not be read, so the whole page is a picture."
            progress.report(page.number, "page", message)
            return _Slide(page, picture=await picture_page(source, shown, PICTURE_RATIO))

    slides = await loader.each(work)
    return await asyncio.to_thread(_build, source, slides, progress)


@dataclass(frozen=True, slots=True)
class _Slide:
    """A page as it was read, or as a picture where that could not be done."""

    page: ExportPage
    scene: Scene | None = None
    photographs: Mapping[Photograph, bytes] = field(default_factory=dict)
    picture: bytes = b""


def _build(source: ExportSource, slides: list[_Slide], progress: Progress) -> bytes:
    builder = _builder(source)
    for slide in slides:
        if slide.scene is None:
            builder.add_picture_slide(slide.picture, _texts(slide.page), slide.page.title)
            continue
        try:
            builder.add_scene(slide.scene, _texts(slide.page), slide.photographs)
        except _UNREADABLE as error:
            log.warning("slide_not_written", page=slide.page.number, reason=repr(error))
            progress.report(slide.page.number, "page", "Parts of it could not be written.")
        for remark in slide.scene.remarks:
            progress.report(slide.page.number, remark.element, f"{remark.message}.")
        if len(slide.photographs) >= MAX_PHOTOGRAPHS:
            message = f"Of the parts that must be pictures, {MAX_PHOTOGRAPHS} were kept."
            progress.report(slide.page.number, "page", message)
    return builder.save()


async def picture_pptx(source: ExportSource, loader: PageLoader) -> bytes:
    """Slides that are one picture each, with notes, titles and the words as description."""

    async def work(shown: RenderPage, _page: ExportPage) -> tuple[bytes, str]:
        words = str(await shown.page.evaluate(_WORDS))
        picture = await picture_page(source, shown, PICTURE_RATIO)
        return picture, " ".join(words.split())[:_DESCRIPTION_CHARACTERS]

    taken = await loader.each(work)
    return await asyncio.to_thread(_build_from_pictures, source, taken)


def _build_from_pictures(source: ExportSource, taken: list[tuple[bytes, str]]) -> bytes:
    builder = _builder(source)
    for page, (picture, description) in zip(source.pages, taken, strict=True):
        builder.add_picture_slide(picture, _texts(page), description)
    return builder.save()


def _builder(source: ExportSource) -> PptxBuilder:
    builder = PptxBuilder(source.title, width=source.width, height=source.height)
    if source.theme is not None:
        builder.apply_theme(source.theme)
    return builder


def _texts(page: ExportPage) -> SlideTexts:
    return SlideTexts(page.title, page.notes)

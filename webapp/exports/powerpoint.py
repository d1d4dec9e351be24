"""PPTX: editable from the layout of each page, or pictures of the pages with their words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

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
_WORDS = "document.body ? document.body.innerText : ''"
_DESCRIPTION_CHARACTERS = 2000


async def editable_pptx(source: ExportSource, loader: PageLoader, progress: Progress) -> bytes:
    """Slides of text, shapes and native charts; each approximation becomes a report line."""

    async def work(shown: RenderPage, page: ExportPage) -> _Slide:
        camera = await PageCamera.open(shown.page)
        facts = await camera.read_facts(width=source.width, height=source.height)
        scene = await asyncio.to_thread(decide, facts)
        wanted = [drawing for drawing in scene.drawings if isinstance(drawing, Photograph)]
        return _Slide(page, scene, await camera.take(wanted))

    slides = await loader.each(work)
    return await asyncio.to_thread(_build, source, slides, progress)


@dataclass(frozen=True, slots=True)
class _Slide:
    page: ExportPage
    scene: Scene
    photographs: Mapping[Photograph, bytes]


def _build(source: ExportSource, slides: list[_Slide], progress: Progress) -> bytes:
    builder = _builder(source)
    for slide in slides:
        number = slide.page.number
        builder.add_scene(slide.scene, _texts(slide.page), slide.photographs)
        for remark in slide.scene.remarks:
            progress.report(number, remark.element, f"{remark.message}.")
        if len(slide.photographs) >= MAX_PHOTOGRAPHS:
            message = f"Of the parts that must be pictures, {MAX_PHOTOGRAPHS} were kept."
            progress.report(number, "page", message)
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

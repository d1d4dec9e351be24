"""Chinese, Japanese and Korean words in files, on a machine that has no font for them."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Route
from pptx import Presentation
from pptx.oxml.ns import qn
from pypdf import PdfReader

from tests.webapp.exports.sample_deck import deck_of, page_of, poster_of
from webapp.artifacts.decks.themes import NAMED_THEMES
from webapp.exports.contents import ExportSource, Progress
from webapp.exports.exporting import export
from webapp.exports.formats import ExportFormat, ExportOptions
from webapp.rendering.browser.pool import PoolOptions, RenderPool
from webapp.rendering.browser.requests import RequestAnswers
from webapp.shelf.files import library_file

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
WORDS = {
    "zh-CN": "火山灰使土壤肥沃，冷却后形成新的土地。",
    "zh-TW": "火山灰使土壤肥沃，冷卻後形成新的土地。",
    "ja": "火山灰は土を豊かにし、図のように冷えて新しい地面になります。",
    "ko": "화산재는 땅을 기름지게 하고, 식으면 새로운 땅이 된다.",
}
PARTS = [(language, style) for language in WORDS for style in ("none", "own", "looks")]
STYLES = {
    "none": "",
    "own": "<style>body { font: 700 20px/1.5 'A font that is nowhere' }</style>",
    "looks": "<style>body { font-family: system-ui, sans-serif }</style>",
}


def page(language: str, style: str) -> str:
    words = WORDS[language]
    head = f'<!doctype html><html lang="{language}"><head><title>{words}</title>{STYLES[style]}'
    return f"{head}</head><body><h1>{words}</h1><p>{words}</p><pre>{words}</pre></body></html>"


def poster(language: str, style: str = "none") -> ExportSource:
    return poster_of(page(language, style), "square")


def deck(style: str = "none") -> ExportSource:
    themes = NAMED_THEMES if style == "none" else [None] * len(WORDS)
    pages = [
        page_of(page(language, style), number, theme=theme)
        for number, (language, theme) in enumerate(zip(WORDS, themes, strict=False), start=1)
    ]
    return deck_of(*pages)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(chromium: Path) -> AsyncIterator[RenderPool]:
    async with RenderPool(PoolOptions(program=chromium), library_file) as running:
        yield running


async def make(pool: RenderPool, source: ExportSource, format: ExportFormat) -> bytes:
    file = await export(source, format, ExportOptions(), pool, Progress())
    return file.data


def letters(text: str) -> str:
    """The text without spaces, which a reader of PDF finds by the places of the letters."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(("language", "style"), PARTS)
async def test_the_pdf_of_a_poster_has_its_words_as_text(
    pool: RenderPool, language: str, style: str
) -> None:
    data = await make(pool, poster(language, style), ExportFormat.PDF)
    (page,) = PdfReader(io.BytesIO(data)).pages
    assert letters(page.extract_text()) == letters(WORDS[language]) * 3


async def test_fonts_that_a_script_asks_for_late_are_waited_for(
    pool: RenderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = RequestAnswers.answer

    async def answer_slowly(answers: RequestAnswers, route: Route) -> None:
        await asyncio.sleep(2.5 if route.request.resource_type == "font" else 0)
        await answer(answers, route)

    monkeypatch.setattr(RequestAnswers, "answer", answer_slowly)
    script = f"addEventListener('load', () => document.body.append('{WORDS['zh-CN']}'))"
    # At another scale than that of the page that stands ready, which has its answers already.
    async with pool.page(width=1280, height=720, scale=2) as shown:
        await shown.load(page_of(f"<script>{script}</script>").document, timeout_ms=15_000)
        statuses = await shown.page.evaluate("[...document.fonts].map((face) => face.status)")
    assert "loaded" in statuses
    assert "loading" not in statuses


@pytest.mark.parametrize("style", STYLES)
async def test_the_pdf_of_a_deck_has_its_words_as_text(pool: RenderPool, style: str) -> None:
    data = await make(pool, deck(style), ExportFormat.PDF)
    texts = [letters(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]
    assert texts == [letters(words) * 3 for words in WORDS.values()]


GRID = """<!doctype html><html lang="{language}"><style>
body {{ background: #fff; color: #000 }}
b {{ position: absolute; top: 100px; width: 200px; font: 150px/200px serif; overflow: hidden }}
</style><b style="left: 0">{0}</b><b style="left: 200px">{1}</b><b style="left: 400px">{2}</b>"""


async def glyphs(pool: RenderPool, language: str, characters: str) -> list[bytes]:
    """The picture of each of three characters in a page that names no font for them."""
    source = deck_of(page_of(GRID.format(*characters, language=language)))
    image = Image.open(io.BytesIO(await make(pool, source, ExportFormat.PNG))).convert("L")
    boxes = [(left, 80, left + 200, 320) for left in (0, 200, 400)]
    return [image.crop(box).tobytes() for box in boxes]


CHARACTERS = [("zh-CN", "火肥沃"), ("zh-TW", "冷卻後"), ("ja", "図はカ"), ("ko", "화산땅")]


@pytest.mark.parametrize(("language", "characters"), CHARACTERS)
async def test_a_picture_shows_each_letter_as_itself(
    pool: RenderPool, language: str, characters: str
) -> None:
    pictures = await glyphs(pool, language, characters)
    assert len({*pictures, bytes([255]) * len(pictures[0])}) == 4


async def test_one_ideograph_is_drawn_as_its_writing_does(pool: RenderPool) -> None:
    pictures = [tuple(await glyphs(pool, language, "遍逸今")) for language in WORDS]
    assert len(set(pictures)) == len(WORDS)


@pytest.mark.parametrize("language", WORDS)
async def test_an_exported_page_carries_the_fonts_that_it_shows(
    pool: RenderPool, language: str
) -> None:
    source = poster(language)
    document = (await make(pool, source, ExportFormat.HTML)).decode()
    assert "/lib/" not in document
    assert document.index('<meta charset="utf-8">') < 200
    width, height = round(source.width), round(source.height)
    async with pool.page(width=width, height=height) as shown:
        await shown.load(source.pages[0].document, timeout_ms=15_000)
        on_line = await shown.screenshot()
        await shown.load(document, timeout_ms=15_000)
        assert shown.incidents == ()
        off_line = await shown.screenshot()
    assert Image.open(io.BytesIO(on_line)).tobytes() == Image.open(io.BytesIO(off_line)).tobytes()


async def test_an_exported_deck_carries_the_fonts_of_each_page(pool: RenderPool) -> None:
    document = (await make(pool, deck(), ExportFormat.HTML)).decode()
    assert "/lib/" not in document
    async with pool.page(width=1280, height=800) as shown:
        await shown.load(document, timeout_ms=15_000)
        for words in WORDS.values():
            frame = await shown.page.wait_for_selector("iframe.shown")
            assert frame is not None
            inner = await frame.content_frame()
            assert inner is not None
            await inner.wait_for_function("document.fonts.status === 'loaded'")
            assert await inner.inner_text("h1") == words
            assert await inner.evaluate(
                "document.fonts.check(getComputedStyle(document.querySelector('h1')).font, "
                "document.title)"
            )
            await shown.page.keyboard.press("ArrowRight")
        assert shown.incidents == ()


async def test_powerpoint_gets_fonts_that_it_has(pool: RenderPool) -> None:
    data = await make(pool, deck("looks"), ExportFormat.PPTX)
    fonts = [
        {font.get("typeface") for font in slide._element.iter(qn("a:ea"))}
        for slide in Presentation(io.BytesIO(data)).slides
    ]
    assert fonts == [
        {"Microsoft YaHei"},
        {"Microsoft JhengHei"},
        {"Yu Gothic"},
        {"Malgun Gothic"},
    ]

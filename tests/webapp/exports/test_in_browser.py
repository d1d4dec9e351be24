import asyncio
import io
import os
import re
import signal
from collections.abc import Callable
from zipfile import ZipFile

import pytest
import pytest_asyncio
from lxml import etree
from PIL import Image, ImageChops
from pptx import Presentation
from pptx.oxml.ns import qn
from pypdf import PdfReader

from tests.webapp.exports.sample_deck import deck_of, page_of, poster_of, sample_deck
from webapp.exports import pictures
from webapp.exports.contents import ExportSource, Progress
from webapp.exports.exporting import export
from webapp.exports.formats import ExportFormat, ExportOptions
from webapp.exports.page_loading import PageLoader
from webapp.exports.pdf import print_pdf
from webapp.rendering.browser.pool import RenderPool

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
WORDS = re.compile(r"[^\s\v]+")
POSTER = """<!doctype html><html><head><title>Fair</title><style>
body { background: linear-gradient(#fff, #9cf); font: 40px "Liberation Sans" } h1 { margin: 40px }
</style></head><body><h1>Spring fair</h1><hr>
<p style="margin: 40px">Saturday at ten</p></body></html>"""


async def make(
    pool: RenderPool, source: ExportSource, format: ExportFormat, **options: int
) -> tuple[bytes, Progress]:
    progress = Progress()
    chosen = ExportOptions.model_validate(options)
    file = await export(source, format, chosen, pool, progress)
    assert progress.done in (progress.total, progress.total - 1)
    return file.data, progress


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(3000):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def visible_words(pool: RenderPool, source: ExportSource) -> list[list[str]]:
    found = []
    for page in source.pages:
        async with pool.page(width=1280, height=720) as shown:
            await shown.load(page.document, timeout_ms=15_000)
            found.append(WORDS.findall(await shown.page.evaluate("document.body.innerText")))
    return found


def slide_text(slide: object) -> str:
    parts = []
    for shape in slide.shapes:  # type: ignore[attr-defined]
        if shape.has_text_frame:
            parts.append(shape.text_frame.text)
        if shape.has_chart:
            plot = shape.chart.plots[0]
            parts += [*plot.categories, *(series.name for series in plot.series)]
            parts += [f"{value:g}" for series in plot.series for value in series.values]
    return " ".join(parts)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editable(pool: RenderPool) -> tuple[bytes, Progress]:
    return await make(pool, sample_deck(), ExportFormat.PPTX)


async def test_an_editable_deck_keeps_words_notes_titles_and_charts(
    pool: RenderPool, editable: tuple[bytes, Progress]
) -> None:
    source = sample_deck()
    data, progress = editable
    file = Presentation(io.BytesIO(data))
    slides = list(file.slides)
    assert (file.slide_width, file.slide_height) == (12_192_000, 6_858_000)
    assert len(slides) == 6
    wanted = await visible_words(pool, source)
    missing = []
    for slide, words in zip(slides, wanted, strict=True):
        text = slide_text(slide)
        joined = re.sub(r"[\s\v]+", "", text)
        missing += [word for word in words if word not in joined]
    count = sum(len(words) for words in wanted)
    assert len(missing) <= 0.02 * count, missing
    for number, (slide, page) in enumerate(zip(slides, source.pages, strict=True), start=1):
        assert slide.notes_slide.notes_text_frame.text == f"Say this on page {number}."
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text.replace("\v", " ") in (
            page.title,
            "Three kinds of volcano",
        )
    chart = next(shape.chart for shape in slides[2].shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["1980s", "1990s", "2000s", "2010s"]
    assert [list(series.values) for series in chart.plots[0].series] == [
        [38, 41, 35, 44],
        [52, 48, 57, 61],
    ]
    assert [line.element for line in progress.lines] == ["body"]


async def test_what_powerpoint_can_express_is_native(editable: tuple[bytes, Progress]) -> None:
    slides = list(Presentation(io.BytesIO(editable[0])).slides)
    counts = [sum(shape.shape_type == 13 for shape in slide.shapes) for slide in slides]
    assert counts == [0, 0, 0, 0, 1, 2], "pictures: a radial background, two images"
    assert len(list(slides[2]._element.iter(qn("a:cubicBezTo")))) == 6, "a curve and a circle"
    first = etree.tostring(slides[0]._element).decode()
    assert "<p:bg>" in first
    assert 'ang="2700000"' in first
    assert 'rot="20880000"' in first, "turned by -12 degrees"
    assert "outerShdw" in first
    assert 'prst="ellipse"' in first
    second = slides[1]._element
    links = second.iter(qn("a:hlinkClick"))
    targets = {slides[1].part.rels[link.get(qn("r:id"))].target_ref for link in links}
    assert targets == {"https://example.org/volcano"}
    assert {b.get("type") for b in second.iter(qn("a:buAutoNum"))} == {"arabicPeriod"}
    assert len(list(second.iter(qn("a:buChar")))) == 3
    fonts = {font.get("typeface") for font in slides[4]._element.iter(qn("a:ea"))}
    assert fonts == {"Noto Sans SC"}
    crops = list(slides[5]._element.iter(qn("a:srcRect")))
    assert len(crops) == 2, "both images are cut by object-fit"


HARD = """<!doctype html><style>body { font: 24px "Liberation Sans"; background: #fff }
.cut { clip-path: polygon(0 0, 100% 0, 80% 100%, 0 100%); background: #c33; color: #fff }
.more::after { content: " and after" } .more::before { content: "before " }
.tri { width: 0; height: 0; border: 40px solid transparent; border-bottom-color: #e33 }
.glass { backdrop-filter: blur(4px); background: #0003 } .skewed { transform: skewX(20deg) }
.card { width: 200px; height: 60px; border-radius: 20px; overflow: hidden; background: #eee }
.card::before { content: ""; display: block; height: 4px; background: #36c }
</style><h1>A <em>hard</em> page</h1><p class="cut">Words on a cut form</p>
<p class="more">between</p><div class="tri"></div><p class="glass">Glass</p>
<p class="skewed">Leaning</p><div class="card">Card</div>
<ol><li>First<ol><li>Inner</li></ol></li></ol><canvas width="80" height="40"></canvas>
<p style="width: 300px; text-align: center">
Lines that are broken where the browser broke them</p>"""


async def test_what_cannot_be_expressed_is_a_picture_and_is_reported(pool: RenderPool) -> None:
    data, progress = await make(pool, deck_of(page_of(HARD)), ExportFormat.PPTX)
    (slide,) = Presentation(io.BytesIO(data)).slides
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for words in ("A hard page", "Words on a cut form", "before between and after", "Inner"):
        assert words in texts
    assert "Lines that are broken where\vthe browser broke them" in texts
    assert "Leaning" not in texts
    assert {(line.element, line.message) for line in progress.lines} == {
        ("p.glass", "what lies behind it is not blurred."),
        ("p.cut", "its background is a picture."),
        ("div.tri", "its background is a picture."),
        ("p.skewed", "the p is a picture."),
        ("div.card::before", "its background is a picture."),
        ("canvas", "the canvas is a picture."),
    }
    assert sum(shape.shape_type == 13 for shape in slide.shapes) == 5


async def test_a_page_that_lies_about_its_layout_becomes_a_picture(pool: RenderPool) -> None:
    lie = "<h1>Liar</h1><script>Element.prototype.getBoundingClientRect = () => ({});"
    turned = "</script><p style='transform: rotate(5deg)'>Turned</p>"
    data, progress = await make(pool, deck_of(page_of(lie + turned)), ExportFormat.PPTX)
    (slide,) = Presentation(io.BytesIO(data)).slides
    assert [shape.shape_type for shape in slide.shapes].count(13) == 1
    assert [line.message for line in progress.lines] == [
        "Its layout could not be read, so the whole page is a picture."
    ]


async def test_a_pdf_has_a_page_for_each_slide_with_its_words(pool: RenderPool) -> None:
    source = sample_deck()
    data, _ = await make(pool, source, ExportFormat.PDF)
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 6
    assert {(float(p.mediabox.width), float(p.mediabox.height)) for p in reader.pages} == {
        (960, 540)
    }
    texts = [page.extract_text() for page in reader.pages]
    assert "Volcanoes and the land they make" in " ".join(texts[0].split())
    assert "Novarupta" in texts[3]
    assert "Three scripts on one page" in texts[4]
    assert reader.metadata is not None
    assert reader.metadata.title == "Volcanoes"
    assert [item.title for item in reader.outline] == [page.title for page in source.pages]  # type: ignore[union-attr]


async def test_a_broken_page_gets_a_page_that_says_so(pool: RenderPool) -> None:
    source = deck_of(
        page_of("<h1>Before</h1>", 1, "Before"),
        page_of("<h1>Stuck</h1><script>while (true) {}</script>", 2, "Stuck"),
        page_of("<h1>After</h1>", 3, "After"),
    )
    progress = Progress()
    loader = PageLoader(pool, source, progress, load_ms=4000)
    reader = PdfReader(io.BytesIO(await print_pdf(source, loader)))
    texts = [page.extract_text() for page in reader.pages]
    assert "Before" in texts[0]
    assert "After" in texts[2]
    assert "Stuck" in texts[1]
    assert "did not finish loading" in texts[1]
    assert [(line.page, line.message) for line in progress.lines] == [
        (2, "It did not finish loading within 4 seconds.")
    ]


async def test_a_browser_that_is_killed_is_replaced_and_no_page_is_lost(pool: RenderPool) -> None:
    source = deck_of(*(page_of(f"<h1>Page {n}</h1>", n, f"Page {n}") for n in range(1, 5)))
    progress = Progress()
    running = asyncio.create_task(export(source, ExportFormat.PDF, ExportOptions(), pool, progress))
    await until(lambda: progress.done >= 1)
    assert pool.browser_pid is not None
    os.kill(pool.browser_pid, signal.SIGKILL)
    reader = PdfReader(io.BytesIO((await running).data))
    assert [page.extract_text().strip() for page in reader.pages] == [
        "Page 1",
        "Page 2",
        "Page 3",
        "Page 4",
    ]


async def test_pictures_have_the_size_that_was_asked_for(pool: RenderPool) -> None:
    source = deck_of(page_of("<h1>One</h1>", 1, "One"), page_of("<h1>Two</h1>", 2, "Two"))
    data, _ = await make(pool, source, ExportFormat.PNG, scale=1)
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["001-one.png", "002-two.png"]
        with Image.open(io.BytesIO(archive.read("001-one.png"))) as image:
            assert image.size == (1280, 720)


async def test_a_poster_at_300_dpi_is_sharp_and_the_same_in_strips(
    pool: RenderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = poster_of(POSTER, "100x120mm")
    whole, _ = await make(pool, source, ExportFormat.PNG, dpi=300)
    monkeypatch.setattr(pictures, "STRIP_PIXELS", 400_000)
    striped, _ = await make(pool, source, ExportFormat.PNG, dpi=300)
    with Image.open(io.BytesIO(whole)) as one, Image.open(io.BytesIO(striped)) as other:
        assert one.size == other.size == (1181, 1417)
        difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
        assert max(high for _, high in difference.getextrema()) <= 2  # type: ignore[misc]
        # A letter that was drawn small and blown up would have no row of hard edges.
        row = one.convert("L").crop((125, 125, 600, 260))
        steps = ImageChops.difference(row, ImageChops.offset(row, 1, 0))
        assert steps.getextrema()[1] > 200  # type: ignore[operator]


async def test_a_poster_as_pdf_has_its_physical_size(pool: RenderPool) -> None:
    data, _ = await make(pool, poster_of(POSTER, "A4"), ExportFormat.PDF)
    reader = PdfReader(io.BytesIO(data))
    (page,) = reader.pages
    assert float(page.mediabox.width) == pytest.approx(210 / 25.4 * 72, abs=0.8)
    assert float(page.mediabox.height) == pytest.approx(297 / 25.4 * 72, abs=0.8)
    assert "Saturday at ten" in page.extract_text()


async def test_a_poster_as_svg_is_well_formed_and_says_where_it_opens(pool: RenderPool) -> None:
    data, progress = await make(pool, poster_of(POSTER, "square"), ExportFormat.SVG)
    root = etree.fromstring(data)
    assert root.get("viewBox") == "0 0 1080 1080"
    assert "Saturday at ten" in "".join(root.itertext())
    assert [line.message for line in progress.lines] == [
        "It is HTML inside of SVG, which browsers show and few others."
    ]


async def test_slides_as_pictures_keep_notes_and_words(pool: RenderPool) -> None:
    source = deck_of(page_of("<h1>Only one</h1>", 1, "Only one", "Breathe first."))
    data, _ = await make(pool, source, ExportFormat.PPTX_PICTURES)
    (slide,) = Presentation(io.BytesIO(data)).slides
    picture = next(shape for shape in slide.shapes if shape.shape_type == 13)
    assert (picture.width, picture.height) == (12_192_000, 6_858_000)
    assert picture._element.find(f".//{qn('p:cNvPr')}").get("descr") == "Only one"
    assert slide.notes_slide.notes_text_frame.text == "Breathe first."
    assert slide.shapes.title.text_frame.text == "Only one"


async def test_the_html_deck_shows_itself_by_keyboard_without_a_network(pool: RenderPool) -> None:
    data, _ = await make(pool, sample_deck(), ExportFormat.HTML)
    document = data.decode()
    async with pool.page(width=1280, height=800) as shown:
        outcome = await shown.load(document, timeout_ms=15_000)
        page = shown.page
        place = page.locator("#place")
        assert await place.inner_text() == "1 / 6"
        await page.keyboard.press("ArrowRight")
        assert await place.inner_text() == "2 / 6"
        heading = page.frame_locator("iframe.shown").locator("h2")
        await heading.click()
        for _ in range(500):
            if await heading.evaluate("document.hasFocus()"):
                break
        await page.keyboard.press("End")
        await page.wait_for_function("document.querySelector('#place').textContent === '6 / 6'")
        await page.keyboard.press("n")
        notes = page.get_by_role("complementary", name="Speaker notes")
        await notes.wait_for()
        assert await notes.inner_text() == "Say this on page 6."
        assert await page.get_by_role("button", name="Next slide").is_disabled()
        assert (outcome.incidents, shown.incidents) == ((), ())

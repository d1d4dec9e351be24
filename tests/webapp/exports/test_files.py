"""PNG in strips, PDF put together, the viewer's own document: without a browser."""

import io
import json
import re
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from webapp.artifacts.decks.theme import Theme, ThemeColors, ThemeFonts
from webapp.artifacts.viewer.deck_viewer import ViewerPage, build_deck_viewer
from webapp.core.events import ArtifactKind
from webapp.exports.contents import MOST_LINES, ExportFailed, ExportPage, ExportSource, Progress
from webapp.exports.drawings import is_drawing
from webapp.exports.pdf import merge_pdfs
from webapp.exports.pictures import PngWriter
from webapp.exports.pptx.builder import PptxBuilder
from webapp.exports.pptx.slide_writer import SlideTexts
from webapp.exports.standalone import standalone_zip


def picture(width: int, height: int, top: int = 0) -> Image.Image:
    image = Image.new("RGB", (width, height))
    image.putdata([(x % 256, (y + top) % 256, 7) for y in range(height) for x in range(width)])
    return image


def as_png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_png_in_strips_is_the_whole_picture() -> None:
    writer = PngWriter(50, 70)
    for top, lines in ((0, 32), (32, 32), (64, 6)):
        writer.add(as_png(picture(52, lines + 1, top)), lines)
    with Image.open(io.BytesIO(writer.finish())) as image:
        assert image.tobytes() == picture(50, 70).tobytes()


def test_a_strip_that_is_too_small_is_noticed() -> None:
    with pytest.raises(ExportFailed, match="lower resolution"):
        PngWriter(50, 70).add(as_png(picture(50, 10)), 11)
    with pytest.raises(ExportFailed, match="lower resolution"):
        PngWriter(50, 70).finish()


def blank_pdf() -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(960, 540)
    writer.write(buffer)
    return buffer.getvalue()


def test_merged_pdfs_have_an_outline_and_a_title() -> None:
    data = merge_pdfs([blank_pdf(), blank_pdf()], ["One", "Zwei"], "Deck (draft)")
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 2
    assert [item.title for item in reader.outline] == ["One", "Zwei"]  # type: ignore[union-attr]
    assert reader.metadata is not None
    assert reader.metadata.title == "Deck (draft)"


HOSTILE = "</script><script>alert(1)</script><!-- \u2028 [[PAGES]] $& \\1"


def test_no_page_can_leave_its_place_in_the_viewer() -> None:
    viewer = build_deck_viewer(HOSTILE, [ViewerPage(HOSTILE, HOSTILE, HOSTILE)] * 2)
    assert "alert(1)</script>" not in viewer
    assert len(re.findall("</script>", viewer)) == 2
    body = viewer.split('id="pages">')[1].split("</script>")[0]
    first, _ = json.loads(body)["pages"]
    assert (first["title"], first["notes"]) == (HOSTILE, HOSTILE)
    assert first["document"][0].startswith(HOSTILE)


def test_what_pages_have_in_common_is_in_the_viewer_once() -> None:
    font = f"data:font/woff2;base64,{'Ab+/' * 300}="
    other = f"data:font/woff2;base64,{'Ba+/' * 300}="
    documents = [f"<style>{font} {other}</style>1", f"<style>{font}</style>2", "3"]
    viewer = build_deck_viewer("Deck", [ViewerPage("Page", one) for one in documents])
    body = json.loads(viewer.split('id="pages">')[1].split("</script>")[0])
    assert body["shared"] == [font, other]
    for page, document in zip(body["pages"], documents, strict=True):
        parts = [body["shared"][one] if isinstance(one, int) else one for one in page["document"]]
        assert "".join(parts).startswith(document)


def test_the_viewer_names_no_address() -> None:
    viewer = build_deck_viewer("Deck", [ViewerPage("One", "<h1>One</h1>")])
    assert not re.search(r"(https?:)?//[a-z]", viewer.replace("// ", ""))


def test_a_zip_opens_and_keeps_what_was_written() -> None:
    progress = Progress()
    document = '<h1>Play</h1><script src="/lib/nothing@9/nothing.js"></script>'
    page = ExportPage(number=1, title="Game", document=document)
    source = ExportSource(
        kind=ArtifactKind.HTML,
        title="Game",
        stem="game",
        ending="html",
        content="<h1>Play</h1>",
        pages=(page,),
        width=1280,
        height=800,
    )
    with ZipFile(io.BytesIO(standalone_zip(source, progress))) as archive:
        assert archive.namelist() == ["index.html", "source.html", "README.txt"]
        assert archive.read("source.html") == b"<h1>Play</h1>"
    assert [line.element for line in progress.lines] == ["/lib/nothing@9/nothing.js"]


def test_drawings_are_known_by_their_root() -> None:
    assert is_drawing('<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"/>')
    assert not is_drawing("<!doctype html><svg></svg>")


def test_a_report_has_an_end_and_says_nothing_twice() -> None:
    progress = Progress()
    for number in range(2 * MOST_LINES):
        progress.report(number // 2, "p", "It is a picture.")
    assert len(progress.lines) == MOST_LINES


def test_a_deck_gives_the_file_its_colors_and_fonts() -> None:
    theme = Theme(
        name="Night & day",
        colors=ThemeColors(
            background="#101820",
            surface="#18232e",
            text="#e8edf2",
            muted="#9fb0c0",
            accent="#f2aa4c",
            accent2="#2f6b3f",
        ),
        fonts=ThemeFonts(heading="Georgia, serif", body="Inter, sans-serif"),
    )
    builder = PptxBuilder("Deck")
    builder.apply_theme(theme)
    with ZipFile(io.BytesIO(builder.save())) as archive:
        written = archive.read("ppt/theme/theme1.xml").decode()
    assert 'name="Night &amp; day"' in written
    for name, value in (("dk1", "E8EDF2"), ("lt1", "101820"), ("accent1", "F2AA4C")):
        assert f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' in written
    assert '<a:majorFont><a:latin typeface="Georgia"' in re.sub(r">\s+<", "><", written)


def test_letters_that_xml_cannot_hold_are_left_out() -> None:
    builder = PptxBuilder("Bell\x07 title")
    builder.add_picture_slide(as_png(picture(4, 4)), SlideTexts("A\x00b", "N\x1bote\x0b"), "d\x01")
    assert builder.save().startswith(b"PK")

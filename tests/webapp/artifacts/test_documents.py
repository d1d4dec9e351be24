"""Documents: what a frame loads for each kind, and where the server's own rules stand in it."""

import pytest

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.decks.theme import Theme, ThemeColors, ThemeFonts, theme_css
from webapp.artifacts.documents import insert_into_head, to_document
from webapp.artifacts.poster_size import parse_size
from webapp.core.events import ArtifactKind

PLAIN = VersionAttributes()
THEME = Theme(
    name="Test",
    colors=ThemeColors(
        background="#ffffff",
        surface="#eeeeee",
        text="#111111",
        muted="#444444",
        accent="#0044aa",
        accent2="#aa4400",
    ),
    fonts=ThemeFonts(heading="Georgia, serif", body="'Source Sans', sans-serif"),
    radius=8,
)


def test_a_page_of_html_is_loaded_as_it_is() -> None:
    assert to_document(ArtifactKind.HTML, "<h1>Hi", PLAIN) == "<h1>Hi"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ("<!doctype html><html lang='en'><head><title>x</title>", "<title>"),
        ("<!DOCTYPE html>\n<HTML>\n<HEAD data-a='b'>\n<title>x", "\n<title>"),
        ("<!-- a <head> of its own --><!doctype html><html><body>x", "<body>"),
        ("<html><body><script>'<head>'</script>", "<body>"),
        ("<h1>x</h1><p><head>", "<h1>"),
        ("<header>x</header>", "<header>"),
        ("", ""),
    ],
)
def test_rules_stand_first_in_the_head_wherever_it_begins(document: str, place: str) -> None:
    made = insert_into_head(document, "[here]")
    assert made == document.replace(place, f"[here]{place}", 1) if place else "[here]"


@pytest.mark.parametrize("kind", ArtifactKind)
def test_east_asian_text_gets_the_font_of_its_writing_in_every_kind(kind: ArtifactKind) -> None:
    content = "<svg><text>한라산</text></svg>" if kind is ArtifactKind.SVG else "<p>한라산"
    made = to_document(kind, content, PLAIN, THEME)
    link = made.index('/kore.css">')
    assert made.index('<meta charset="utf-8">') < link < made.index("한라산")
    assert "@layer writing{html{font-family:Noto Sans CJK KR,serif}" in made


def test_the_font_of_a_writing_completes_the_lists_of_page_and_theme() -> None:
    page = '<html lang="ja"><style>p{font:20px Arial}</style><p style="font-family:serif">火山</p>'
    made = to_document(ArtifactKind.DECK, page, PLAIN, THEME)
    assert "p{font:20px Arial,Noto Sans CJK JP}" in made
    assert '<p style="font-family:Noto Sans CJK JP,serif">' in made
    assert "--heading-font:Georgia, Noto Sans CJK JP,serif;" in made


def test_a_page_of_a_deck_has_its_size_and_its_theme() -> None:
    made = to_document(ArtifactKind.DECK, "<!doctype html><p>x</p>", PLAIN, THEME)
    assert made.startswith('<!doctype html><meta charset="utf-8"><style id="size">')
    assert '<style id="theme">:root{--background:#ffffff;' in made
    assert "width:1280px!important;height:720px!important" in made
    assert made.endswith("<p>x</p>")


def test_a_theme_is_nine_custom_properties() -> None:
    assert theme_css(THEME) == (
        ":root{--background:#ffffff;--surface:#eeeeee;--text:#111111;--muted:#444444;"
        "--accent:#0044aa;--accent2:#aa4400;--heading-font:Georgia, serif;"
        "--body-font:'Source Sans', sans-serif;--radius:8px}"
    )


@pytest.mark.parametrize(
    "font", ["a;} body{color:red", "url(x)", "'Source", "", "</style>", "a\\b"]
)
def test_a_font_cannot_leave_its_declaration(font: str) -> None:
    with pytest.raises(ValueError, match=r"a font is a list|at least"):
        ThemeFonts(heading=font, body="serif")


def test_a_poster_has_its_measures_for_screen_and_paper() -> None:
    made = to_document(ArtifactKind.POSTER, "<p>x", VersionAttributes(size="A3 landscape"))
    assert "@page{size:420mm 297mm;margin:0}" in made
    assert "width:420mm!important;height:297mm!important" in made


def test_a_poster_may_be_one_drawing() -> None:
    drawing = '<?xml version="1.0"?><svg viewBox="0 0 1 1"></svg>'
    made = to_document(ArtifactKind.POSTER, drawing, VersionAttributes(size="square"))
    assert "<?xml" not in made
    assert '<body><svg viewBox="0 0 1 1"></svg></body>' in made
    assert "width:1080px!important" in made


def test_texts_are_shown_and_never_obeyed() -> None:
    hostile = "<script>alert(1)</script>"
    for kind in (ArtifactKind.MARKDOWN, ArtifactKind.CODE, ArtifactKind.MERMAID):
        assert hostile not in to_document(kind, f"# Title\n\n{hostile}", PLAIN)


def test_markdown_has_headings_tables_and_code() -> None:
    text = "# Bees\n\n|a|b|\n|-|-|\n|1|2|\n\n```py\nx < 1\n```"
    made = to_document(ArtifactKind.MARKDOWN, text, PLAIN)
    assert "<h1>Bees</h1>" in made
    assert "<td>2</td>" in made
    assert "x &lt; 1" in made


@pytest.mark.parametrize(
    ("text", "name", "css"),
    [
        ("A4", "A4", ("210mm", "297mm")),
        (" a0 ", "A0", ("841mm", "1189mm")),
        ("A4-landscape", "A4 landscape", ("297mm", "210mm")),
        ("letter portrait", "letter", ("215.9mm", "279.4mm")),
        ("Square", "square", ("1080px", "1080px")),
        ("story", "story", ("1080px", "1920px")),
        ("banner", "banner", ("1500px", "500px")),
        ("300x400mm", "300x400mm", ("300mm", "400mm")),
        ("1200 × 800 px", "1200x800px", ("1200px", "800px")),
        ("300mm x 400.5mm", "300x400.5mm", ("300mm", "400.5mm")),
    ],
)
def test_sizes(text: str, name: str, css: tuple[str, str]) -> None:
    size = parse_size(text)
    assert (size.name, size.css) == (name, css)
    assert parse_size(size.name) == size


@pytest.mark.parametrize(
    "text",
    ["", "A5", "huge", "300x400", "0x400mm", "300px x 400mm", "9000x9000px", "3000x10mm", "A4 up"],
)
def test_a_size_that_does_not_exist_is_refused_with_what_does(text: str) -> None:
    with pytest.raises(ValueError, match=r"a size is A4|a side is at least"):
        parse_size(text)


def test_an_a4_poster_measures_794_by_1123_pixels_of_css() -> None:
    size = parse_size("A4")
    assert (round(size.width_px), round(size.height_px)) == (794, 1123)

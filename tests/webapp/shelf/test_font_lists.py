import pytest

from webapp.shelf.font_lists import add_family, add_family_to_style, add_to_list


@pytest.mark.parametrize(
    ("value", "with_family"),
    [
        ("Inter", "Inter,F"),
        ("Inter, sans-serif", "Inter, F,sans-serif"),
        ("sans-serif", "F,sans-serif"),
        ("'My serif'", "'My serif',F"),
        ("Source Serif", "Source Serif,F"),
        (
            "'Inter', system-ui, -apple-system, Sans-Serif ",
            "'Inter', F,system-ui, -apple-system, Sans-Serif ",
        ),
        ("system-ui, Inter, serif", "system-ui, Inter, F,serif"),
        ("var(--body-font)", "var(--body-font),F"),
        ("italic 600 20px/1.4 Inter, serif", "italic 600 20px/1.4 Inter, F,serif"),
        ("20px sans-serif", "20px F,sans-serif"),
        ("bold 2rem/normal ui-monospace, monospace", "bold 2rem/normal F,ui-monospace, monospace"),
        ("clamp(1px, 2vw, 3px) serif", "clamp(1px, 2vw, 3px) F,serif"),
        ("20px Source Serif", "20px Source Serif,F"),
        ("inherit", "inherit"),
        (" caption ", " caption "),
        ("", ""),
        ("Inter, F, serif", "Inter, F, serif"),
    ],
)
def test_a_family_comes_behind_the_named_and_before_the_looks(value: str, with_family: str) -> None:
    assert add_to_list(value, "F") == with_family
    assert add_to_list(with_family, "F") == with_family


@pytest.mark.parametrize(
    ("style", "with_family"),
    [
        ("p{font-family:Inter}", "p{font-family:Inter,F}"),
        ("p { FONT : 2px serif !important; x: y }", "p { FONT : 2px F,serif !important; x: y }"),
        ("p{font-family:/* ; */Inter/* } */;x:y}", "p{font-family:/* ; */Inter/* } */,F;x:y}"),
        ('p{font-family:"a;b}",serif}', 'p{font-family:"a;b}",F,serif}'),
        ("a{b{font-family:x}}", "a{b{font-family:x,F}}"),
        (":root{--a-font:Inter,serif;--font:x}", ":root{--a-font:Inter,F,serif;--font:x}"),
        ("@media print{p{font-family:x}}", "@media print{p{font-family:x,F}}"),
        ("p{font-family:x", "p{font-family:x,F"),
    ],
)
def test_every_list_of_a_style_gets_it(style: str, with_family: str) -> None:
    assert add_family_to_style(style, "F") == with_family
    assert add_family_to_style(with_family, "F") == with_family


@pytest.mark.parametrize(
    "style",
    [
        "@font-face{font-family:Own;src:url(own.woff2)}",
        "@font-palette-values --x{font-family:Own}",
        "/* p{font-family:x} */",
        'p{content:"font-family:x"}',
        "font:hover{color:red}",
        "@supports (font-family: x) {p{color:red}}",
        "p{font-size:1px;font-weight:700;-webkit-font-smoothing:auto;x-font:y;font-family:}",
        "",
    ],
)
def test_what_is_no_list_stays(style: str) -> None:
    assert add_family_to_style(style, "F") == style


def test_lists_after_a_named_font_are_found() -> None:
    style = "@font-face{font-family:Own}@import 'x';p{font-family:Own}"
    assert add_family_to_style(style, "F") == style[:-1] + ",F}"


def test_styles_attributes_and_drawings_of_a_document_get_it() -> None:
    document = (
        "<style>h1{font:20px serif}</style>"
        """<p style="font-family:&quot;A&amp;B&quot;, serif" class=x>font-family: x</p>"""
        "<b style=font-family:Inter>b</b><svg><text font-family='Arial'>t</text></svg>"
        "<script>const css = 'p{font-family:x}'</script>"
    )
    assert add_family(document, "F") == (
        "<style>h1{font:20px F,serif}</style>"
        """<p style="font-family:&quot;A&amp;B&quot;, F,serif" class=x>font-family: x</p>"""
        '<b style="font-family:Inter,F">b</b><svg><text font-family="Arial,F">t</text></svg>'
        "<script>const css = 'p{font-family:x}'</script>"
    )


MANY = 300_000


@pytest.mark.parametrize(
    ("style", "with_family"),
    [
        ("--" + "font" * MANY, ""),
        ("font-family:" * MANY, ""),
        ("font:" + "/*" * MANY, ""),
        ("p{font:" + "serif," * MANY + "serif}", "p{font:F,serif,"),
        ("p{font:1px " + "x," * MANY + "x}", ",x,F}"),
        ("font:" + " " * MANY, ""),
        ("font:1" * MANY, ""),
        ("{" * MANY, ""),
        ('"' * MANY, ""),
        ("p{font:x}" * MANY, "p{font:x,F}p{font:x,F}"),
    ],
)
def test_long_styles_are_read_as_short_ones(style: str, with_family: str) -> None:
    assert with_family in add_family(f"<style>{style}</style>", "F")

# ruff: noqa: E501, F541 (documents as they are written)
import time

import pytest

from webapp.shelf.catalog import read_catalog
from webapp.shelf.rewriting import Rewritten, rewrite

CATALOG = read_catalog()
THREE, D3, KATEX, INTER, GROTESK = (
    f"/lib/{CATALOG.find_folder(name)}"
    for name in ("three", "d3", "katex", "inter", "space-grotesk")
)
D3_CDN = "https://cdn.jsdelivr.net/npm/d3@7"
JQUERY = "https://code.jquery.com/jquery.js"

UNCHANGED = [
    "",
    "plain text, no markup < 3 and > 2",
    "<!doctype html><p>Nothing to load",
    f"<!-- <script src='{D3_CDN}'></script> --><p>",
    f"<p>Text that says {D3_CDN}</p><a href='{D3_CDN}'>a link</a>",
    f"<textarea><script src='{D3_CDN}'></script></textarea>",
    f"<title><script src='{D3_CDN}'></script></title>",
    '<img src="data:image/png;base64,iVBORw0"><img src="blob:x"><img src="local.png">',
    '<script src="game.js"></script><script>const a = "https://example.com/page";</script>',
    '<style>p { background: url(data:image/gif;base64,R0) } /* @import "https://a.b" */</style>',
    f"<script>// import x from '{D3_CDN}'\n/* import '{D3_CDN}' */</script>",
    f'<script type="text/plain">import "{D3_CDN}"</script>',
    '<script type="module">import { a } from "./a.js"; import "/b.js"; import(name)</script>',
    "<script>const s = 'it is from \"three\"'; /['\"]/.test(s)</script>",
    f"<script src='{D3_CDN}",
    f"<script src={D3_CDN} data-x='",
    "<svg><use href='#a'/><style>p{fill:url(#g)}</style></svg>",
]


@pytest.mark.parametrize("document", UNCHANGED)
def test_what_loads_nothing_stays_byte_for_byte(document: str) -> None:
    assert rewrite("html", document) == Rewritten(document)


@pytest.mark.parametrize("kind", ["markdown", "mermaid", "code"])
def test_what_is_no_markup_is_left_alone(kind: str) -> None:
    document = f'<script src="{D3_CDN}"></script>'
    assert rewrite(kind, document).content == document


CHANGED = [
    (f'<script src="{D3_CDN}"></script>', f'<script src="{D3}/d3.js"></script>'),
    (f"<SCRIPT SRC = '{D3_CDN}' defer></SCRIPT>", f'<SCRIPT SRC = "{D3}/d3.js" defer></SCRIPT>'),
    (f"<script src={D3_CDN}></script>", f'<script src="{D3}/d3.js"></script>'),
    (f'<script src=" {D3_CDN}\n"></script>', f'<script src="{D3}/d3.js"></script>'),
    (
        f'<script src="{D3_CDN}" integrity="sha384-x" crossorigin></script>',
        f'<script src="{D3}/d3.js"></script>',
    ),
    (
        f'<script>const x = "</script><script src="{D3_CDN}"></script>',
        f'<script>const x = "</script><script src="{D3}/d3.js"></script>',
    ),
    (
        f'<link href="https://cdn.jsdelivr.net/npm/katex/dist/katex.css" rel="StyleSheet" integrity=x>',
        f'<link href="{KATEX}/katex.css" rel="StyleSheet">',
    ),
    ('<link rel=preconnect href="https://fonts.gstatic.com" crossorigin>x', "x"),
    ('<link rel="shortcut icon" href="//example.com/i.ico">x', "x"),
    (
        '<link rel=stylesheet href="https://fonts.googleapis.com/css2?family=Inter&amp;family=Poppins">',
        f'<link rel=stylesheet href="{INTER}/inter.css">\n'
        f'<link rel="stylesheet" href="{GROTESK}/as-poppins.css">',
    ),
    (
        "<style>@import 'https://fonts.googleapis.com/css?family=Inter|Poppins'; p{}</style>",
        f'<style>@import url("{INTER}/inter.css"); @import url("{GROTESK}/as-poppins.css"); p{{}}</style>',
    ),
    (
        "<style>@IMPORT URL(https://fonts.googleapis.com/css?family=Inter) screen;</style>",
        f'<style>@import url("{INTER}/inter.css") screen;</style>',
    ),
    (
        '<style>@font-face{src:url("https://cdn.jsdelivr.net/npm/katex/dist/fonts/KaTeX_Main-Bold.ttf")}</style>',
        f'<style>@font-face{{src:url("{KATEX}/fonts/KaTeX_Main-Bold.woff2")}}</style>',
    ),
    (
        "<script>const s = document.createElement('script');"
        "s.src = 'https://d3js.org/d3.v7.min.js';</script>",
        f"<script>const s = document.createElement('script');s.src = '{D3}/d3.js';</script>",
    ),
    (f"<script>import('{D3_CDN}/+esm')</script>", f"import('{D3}/d3.module.js')"),
    (
        "<svg xmlns='http://www.w3.org/2000/svg'><script href='https://d3js.org/d3.js'/></svg>",
        f'<script href="{D3}/d3.js"/>',
    ),
    ('<script src="/lib/d3/d3.js"></script>', f'<script src="{D3}/d3.js"></script>'),
]


@pytest.mark.parametrize(("document", "expected"), CHANGED)
def test_a_known_address_is_led_to_the_shelf(document: str, expected: str) -> None:
    rewritten = rewrite("html", document)
    assert expected in rewritten.content
    assert rewritten.unknown == ()
    again = rewrite("html", rewritten.content)
    assert (again.content, again.replaced) == (rewritten.content, ())


def test_bare_imports_get_an_import_map_before_the_first_script() -> None:
    document = (
        "<!doctype html><html><head><title>x</title></head><body><script>1</script>"
        '<script type="module">import * as T from "three";</script></body></html>'
    )
    content = rewrite("html", document).content
    assert content.index("importmap") < content.index("<script>1")
    assert f'"three": "{THREE}/three.module.js"' in content
    assert f'"three/addons/": "{THREE}/addons/"' in content
    assert rewrite("html", content).content == content


def test_a_module_by_address_gets_the_names_that_its_addons_import() -> None:
    document = (
        '<script type="module">'
        'import { OrbitControls } from "https://unpkg.com/three/examples/jsm/controls/OrbitControls.js"'
        "</script>"
    )
    content = rewrite("html", document).content
    assert f'from "{THREE}/addons/controls/OrbitControls.js"' in content
    assert f'"three": "{THREE}/three.module.js"' in content


def test_the_import_map_of_the_document_is_led_and_completed() -> None:
    document = """<script type="importmap">{"imports": {"three": "https://unpkg.com/three@0.150.0/
build/three.module.js", "mine": "./mine.js"}, "scopes": {}, "integrity": {"a": "b"}}</script>
<script type="module">import "three"; import "three/addons/math/Octree.js"; import "mine"</script>"""
    content = rewrite("html", document.replace("/\nbuild", "/build")).content
    assert content.count("importmap") == 1
    assert f'"three": "{THREE}/three.module.js"' in content
    assert f'"three/addons/": "{THREE}/addons/"' in content
    assert '"mine": "./mine.js"' in content
    assert "integrity" not in content


@pytest.mark.parametrize("text", ["{", "[]", '{"imports": 3}', "[" * 100_000])
def test_an_import_map_that_no_browser_takes_is_left_alone(text: str) -> None:
    document = f'<script type="importmap">{text}</script>'
    assert rewrite("html", document).content == document


def test_an_import_map_cannot_end_its_element() -> None:
    document = (
        '<script type="importmap">{"imports": {"\\u003c/script>": "https://unpkg.com/d3"}}</script>'
    )
    assert rewrite("html", document).content.count("</script>") == 1


def test_what_does_not_exist_is_told_once_with_its_place() -> None:
    document = (
        f'<script src="{JQUERY}"></script><script src="{JQUERY}"></script>'
        '<img src="https://picsum.photos/9"><p style="background: url(https://a.example/b.png)">'
        '<script type="module">import "canvas-confetti"; import { x } from "https://a.example/m.js"'
        "</script>"
    )
    rewritten = rewrite("html", document)
    assert rewritten.content == document
    assert [(one.address, one.place) for one in rewritten.unknown] == [
        (JQUERY, "script"),
        ("https://picsum.photos/9", "picture"),
        ("https://a.example/b.png", "picture"),
        ("canvas-confetti", "import"),
        ("https://a.example/m.js", "import"),
    ]
    report = rewritten.report.splitlines()
    assert report[0].startswith(f"Not available (script): {JQUERY}. jquery is not on the shelf.")
    assert len(report) == 5


def test_the_report_says_what_was_replaced() -> None:
    report = rewrite("html", f'<script src="{D3_CDN}"></script>').report
    assert report == f"From the shelf: {D3_CDN} is now {D3}/d3.js."


MANY = 256 * 1024
HOSTILE = [
    '<a "',
    "<script>",
    "</script ",
    "<script src=x>",
    "<style>@import ",
    "<!--",
    "<p a='",
    '<p style="url(',
    "<script>import ",
    "<script>import{",
    "<script>`",
    "<script>/*",
    '<script>"\\',
    "<script type=importmap>[",
    "<",
    "<style>url( ",
    "<style>/*",
    "<head ",
    "<!doctype ",
    "<a =",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_document_takes_no_longer_than_its_size(part: str) -> None:
    tag = part if part.startswith("<s") else ""
    document = tag + part.removeprefix("<script>").removeprefix("<style>") * (MANY // len(part))
    begin = time.process_time()
    rewrite("html", document or part)
    assert time.process_time() - begin < 3

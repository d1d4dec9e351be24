import base64
import json
import re

import pytest

from webapp.shelf.catalog import read_catalog
from webapp.shelf.files import library_file
from webapp.shelf.inlining import inline_library
from webapp.shelf.rewriting import rewrite


def made(html: str) -> str:
    return rewrite("html", html).content


def decoded(url: str) -> bytes:
    return base64.b64decode(url.partition(";base64,")[2])


def import_map(document: str) -> dict[str, str]:
    text = re.search(r'<script type="importmap">(.*?)</script>', document, re.DOTALL)
    assert text is not None
    imports: dict[str, str] = json.loads(text[1])["imports"]
    return imports


@pytest.mark.parametrize(
    "document", ["", "<p>no library</p>", '<script src="/lib/none/x.js"></script>']
)
def test_a_document_without_libraries_stays(document: str) -> None:
    assert inline_library(document) == document


def test_a_script_becomes_text() -> None:
    document = inline_library(made('<script src="https://unpkg.com/matter-js"></script><p>x'))
    script = library_file("/lib/matter-js/matter.js") or b""
    assert document == f"<script>{script.decode()}</script><p>x"


def test_a_script_that_waits_or_could_end_its_element_becomes_a_data_url() -> None:
    files = {"/lib/a@1/a.js": b"x = '</SCRIPT>'", "/lib/b@1/b.js": b"y = 1"}
    document = '<script src="/lib/a@1/a.js"></script><script defer src="/lib/b@1/b.js"></script>'
    inlined = inline_library(document, files.get)
    urls = re.findall(r'src="([^"]*)"', inlined)
    assert [decoded(url) for url in urls] == list(files.values())
    assert inlined.count("</script>") == 2


def test_modules_become_an_import_map_of_what_is_used_and_all_that_it_needs() -> None:
    document = inline_library(
        made(
            '<script type="module">import { OrbitControls } from '
            '"three/addons/controls/OrbitControls.js";</script>'
        )
    )
    imports = import_map(document)
    assert set(imports) == {"three", "three/addons/controls/OrbitControls.js"}
    assert decoded(imports["three"]) == library_file("/lib/three/three.module.js")
    assert "/lib/" not in document


def test_a_chain_of_addons_is_followed_to_its_end() -> None:
    code = 'import "three/addons/postprocessing/EffectComposer.js"'
    imports = import_map(inline_library(made(f'<script type="module">{code}</script>')))
    assert "three/addons/shaders/CopyShader.js" in imports
    assert "three/addons/postprocessing/Pass.js" in imports
    assert not [name for name in imports if name.startswith(".")]


def test_an_imported_address_becomes_a_bare_name() -> None:
    document = inline_library(
        made('<script type="module">import * as d3 from "https://esm.sh/d3@7";</script>')
    )
    name = f"lib/{read_catalog().find_folder('d3')}/d3.module.js"
    assert f'from "{name}"' in document
    assert decoded(import_map(document)[name]) == library_file(f"/{name}")


def test_the_own_entries_of_an_import_map_stay() -> None:
    document = made(
        '<script type="importmap">{"imports": {"mine": "data:text/javascript,1"}}</script>'
        '<script type="module">import "mine"; import "htm"</script>'
    )
    imports = import_map(inline_library(document))
    assert imports["mine"] == "data:text/javascript,1"
    assert set(imports) == {"mine", "htm"}


def test_a_style_carries_its_fonts() -> None:
    document = inline_library(
        made('<link rel="stylesheet" media="all" href="https://unpkg.com/katex/dist/katex.css">')
    )
    assert document.startswith('<style media="all">')
    assert document.count("data:font/woff2;base64,") >= 19
    assert "url(fonts/" not in document


def test_a_font_brings_only_the_faces_of_the_characters_in_use() -> None:
    link = '<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Noto+Sans+SC">'
    latin = inline_library(made(f"{link}<p>Latin</p>"))
    chinese = inline_library(made(f"{link}<p>嗨鼠</p>"))
    escaped = inline_library(made(f"{link}<script>x = '\\u55e8\\u9f20'</script>"))
    faces = [set(re.findall(r"@font-face[^}]*", one)) for one in (latin, chinese, escaped)]
    whole = (library_file("/lib/noto-sans-sc/noto-sans-sc.css") or b"").count(b"@font-face")
    assert all(0 < len(some) < whole / 8 for some in faces)
    assert faces[1] - faces[0]
    assert faces[1] == faces[2]
    assert all("/lib/" not in one for one in (latin, chinese, escaped))


def test_an_import_within_a_style_carries_its_font() -> None:
    document = inline_library(
        made("<style>@import url(https://fonts.googleapis.com/css?family=Orbitron); p{}</style>x")
    )
    address = re.search(r'@import url\("([^"]+)"\); p\{\}', document)
    assert address is not None
    style = decoded(address[1]).decode()
    assert "font-family: 'Orbitron'" in style
    assert "data:font/woff2;base64," in style


def test_a_script_that_is_loaded_later_is_carried_too() -> None:
    document = inline_library(made("<script>load('https://d3js.org/d3.v7.min.js')</script>"))
    url = re.search(r"load\('([^']+)'\)", document)
    assert url is not None
    assert decoded(url[1]) == library_file("/lib/d3/d3.js")

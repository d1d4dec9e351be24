# ruff: noqa: E501 (tables of addresses)
import pytest

from webapp.shelf.catalog import read_catalog
from webapp.shelf.resolving import Found, Missing, Use, resolve_address, resolve_import

CATALOG = read_catalog()
FOLDERS = {one.name: f"/lib/{one.folder}" for one in CATALOG.libraries}
FOLDERS |= {one.slug: f"/lib/{one.folder}" for one in CATALOG.fonts}

SCRIPTS = """
https://cdnjs.cloudflare.com/ajax/libs/three.js/r128/three.min.js               three/three.js
https://cdn.jsdelivr.net/npm/three@0.128.0/build/three.min.js                   three/three.js
https://cdn.jsdelivr.net/gh/mrdoob/three.js@r128/build/three.js                 three/three.js
https://threejs.org/build/three.js                                              three/three.js
https://unpkg.com/three@0.128/examples/js/controls/OrbitControls.js             three/in-three.js
https://unpkg.com/three                                                         three/three.js
https://cdnjs.cloudflare.com/ajax/libs/matter-js/0.19.0/matter.min.js           matter-js/matter.js
https://cdn.jsdelivr.net/npm/p5@1.9.0/lib/p5.js                                 p5/p5.js
https://cdnjs.cloudflare.com/ajax/libs/p5.js/1.4.0/p5.js                        p5/p5.js
https://cdnjs.cloudflare.com/ajax/libs/p5.js/1.4.0/addons/p5.sound.min.js       p5/p5.sound.js
https://cdn.jsdelivr.net/npm/phaser@3/dist/phaser.js                            phaser/phaser.js
https://cdn.jsdelivr.net/npm/phaser@3.55.2/dist/phaser-arcade-physics.min.js    phaser/phaser.js
https://d3js.org/d3.v7.min.js                                                   d3/d3.js
https://d3js.org/d3.v5.js                                                       d3/d3.js
https://cdn.jsdelivr.net/npm/d3@7                                               d3/d3.js
https://cdn.jsdelivr.net/npm/chart.js@4.4.0/dist/chart.umd.js                   chart.js/chart.js
https://cdnjs.cloudflare.com/ajax/libs/Chart.js/3.9.1/chart.min.js              chart.js/chart.js
https://cdn.bootcdn.net/ajax/libs/Chart.js/2.9.4/Chart.bundle.min.js            chart.js/chart.js
https://cdn.jsdelivr.net/npm/echarts@5.4.3/dist/echarts.min.js                  echarts/echarts.js
https://cdn.staticfile.org/echarts/5.3.0/echarts.min.js                         echarts/echarts.js
https://lib.baomitu.com/echarts/5.3.0/echarts.js                                echarts/echarts.js
https://cdnjs.cloudflare.com/ajax/libs/tone/14.8.49/Tone.js                     tone/tone.js
https://cdn.jsdelivr.net/npm/katex@0.16.9/dist/katex.min.js                     katex/katex.js
https://cdnjs.cloudflare.com/ajax/libs/KaTeX/0.16.0/contrib/auto-render.min.js  katex/auto-render.js
https://cdn.jsdelivr.net/npm/mermaid/dist/mermaid.min.js                        mermaid/mermaid.js
https://cdn.tailwindcss.com                                                     tailwindcss/tailwind.js
https://cdn.tailwindcss.com?plugins=forms,typography                            tailwindcss/tailwind.js
https://cdn.tailwindcss.com/3.4.1                                               tailwindcss/tailwind.js
https://cdn.jsdelivr.net/npm/@tailwindcss/browser@4                             tailwindcss/tailwind.js
https://unpkg.com/react@18/umd/react.development.js                             react/react.js
https://unpkg.com/react-dom@18/umd/react-dom.development.js                     react/in-react.js
https://cdnjs.cloudflare.com/ajax/libs/babel-standalone/7.23.2/babel.min.js     jsx/jsx.js
https://unpkg.com/@babel/standalone                                             jsx/jsx.js
https://cdnjs.cloudflare.com/ajax/libs/sql.js/1.8.0/sql-wasm.js                 sql.js/sql.js
https://sql.js.org/dist/sql-wasm.js                                             sql.js/sql.js
https://unpkg.com/lucide@latest/dist/umd/lucide.js                              lucide/lucide.js
https://cdn.jsdelivr.net/npm/htm@3/dist/htm.umd.js                              htm/htm.js
//unpkg.com/d3@7/dist/d3.min.js                                                 d3/d3.js
HTTPS://UNPKG.COM/d3@7/dist/d3.min.js?v=1#x                                     d3/d3.js
https:\\\\unpkg.com\\d3@7                                                           d3/d3.js
/lib/three@0.150.0/three.js                                                     three/three.js
/lib/three/three.js                                                             three/three.js
/lib/three/build/three.min.js                                                   three/three.js
/lib/three.js                                                                   three/three.js
/lib/d3@7                                                                       d3/d3.js
/lib/chart.js                                                                   chart.js/chart.js
/lib/react-dom/umd/react-dom.production.min.js                                  react/in-react.js
"""
MODULES = """
https://unpkg.com/three@0.160.0/build/three.module.js                           three/three.module.js
https://esm.sh/three@0.160.0                                                    three/three.module.js
https://esm.sh/v135/three@0.160.0/examples/jsm/loaders/GLTFLoader.js            three/addons/loaders/GLTFLoader.js
https://threejs.org/examples/jsm/controls/OrbitControls.js                      three/addons/controls/OrbitControls.js
https://unpkg.com/three@0.160.0/examples/jsm/                                   three/addons/
https://cdn.skypack.dev/three@0.136                                             three/three.module.js
https://ga.jspm.io/npm:three@0.160.0/build/three.module.js                      three/three.module.js
https://cdn.jsdelivr.net/npm/d3@7/+esm                                          d3/d3.module.js
https://cdn.jsdelivr.net/npm/d3@7/dist/d3.min.js                                d3/d3.module.js
https://esm.run/chart.js/auto                                                   chart.js/chart.module.js
https://esm.sh/react@18.2.0                                                     react/react.module.js
https://esm.sh/react-dom@18.2.0/client                                          react/react.module.js
https://esm.sh/htm@3                                                            htm/htm.module.js
https://cdn.jsdelivr.net/npm/mermaid@10/dist/mermaid.esm.min.mjs                mermaid/mermaid.module.js
https://unpkg.com/lucide@latest                                                 lucide/lucide.module.js
/lib/three/addons/controls/OrbitControls.js                                     three/addons/controls/OrbitControls.js
/lib/three/examples/jsm/controls/OrbitControls.js                               three/addons/controls/OrbitControls.js
/lib/three/addons/                                                              three/addons/
"""
STYLES = """
https://cdn.jsdelivr.net/npm/katex@0.16.9/dist/katex.min.css                    katex/katex.css
https://cdnjs.cloudflare.com/ajax/libs/font-awesome/6.5.1/css/all.min.css       fontawesome/fontawesome.css
https://cdnjs.cloudflare.com/ajax/libs/font-awesome/4.7.0/css/font-awesome.css  fontawesome/fontawesome.css
https://use.fontawesome.com/releases/v5.15.4/css/all.css                        fontawesome/fontawesome.css
https://fonts.googleapis.com/css2?family=Inter:wght@400;700&display=swap        inter/inter.css
https://fonts.googleapis.com/css?family=Roboto:400,700                          inter/as-roboto.css
/lib/inter/inter.css                                                            inter/inter.css
/lib/inter                                                                      inter/inter.css
/lib/katex/katex.min.css                                                        katex/katex.css
https://fonts.bunny.net/css?family=press-start-2p                               press-start-2p/press-start-2p.css
https://fonts.googleapis.com/css2?family=Noto+Serif+SC:wght@200..900            noto-sans-sc/as-noto-serif-sc.css
"""


def cases(table: str) -> list[tuple[str, str]]:
    rows = (line.split() for line in table.strip().splitlines())
    return [(address, _target(place)) for address, place in rows]


def _target(place: str) -> str:
    name, _, file = place.partition("/")
    return f"{FOLDERS[name]}/{file}"


ALL = [
    (address, target, use)
    for table, use in ((SCRIPTS, Use.SCRIPT), (MODULES, Use.MODULE), (STYLES, Use.STYLE))
    for address, target in cases(table)
]


@pytest.mark.parametrize(("address", "target", "use"), ALL, ids=[one[0] for one in ALL])
def test_a_known_address_leads_to_the_shelf(address: str, target: str, use: Use) -> None:
    assert resolve_address(CATALOG, address, use) == Found((target,))


@pytest.mark.parametrize(
    ("address", "use", "words"),
    [
        ("https://code.jquery.com/jquery-3.7.1.min.js", Use.SCRIPT, "querySelector"),
        ("https://cdn.jsdelivr.net/npm/jquery@3/dist/jquery.min.js", Use.SCRIPT, "querySelector"),
        ("https://cdnjs.cloudflare.com/ajax/libs/gsap/3.12.2/gsap.min.js", Use.SCRIPT, "animate"),
        ("https://cdn.jsdelivr.net/npm/bootstrap@5/dist/css/b.css", Use.STYLE, "Use tailwindcss"),
        ("https://cdn.plot.ly/plotly-2.27.0.min.js", Use.SCRIPT, "Use echarts"),
        ("https://unpkg.com/pixi.js@7/dist/pixi.min.js", Use.SCRIPT, "Use phaser"),
        ("https://unpkg.com/matter-jss", Use.SCRIPT, "Did you mean matter-js?"),
        ("https://unpkg.com/three@0.160.0/build/three.webgpu.js", Use.MODULE, "not this file"),
        ("https://cdn.jsdelivr.net/npm/katex/dist/katex.min.css", Use.SCRIPT, "It has /lib/katex"),
        ("https://fonts.googleapis.com/css2?family=Wingdings", Use.STYLE, "Fonts: Inter"),
        ("https://fonts.googleapis.com/icon?family=Material+Icons", Use.STYLE, "lucide"),
        ("https://fonts.googleapis.com/css2", Use.STYLE, "Fonts: Inter"),
        ("https://example.com/game.js", Use.SCRIPT, "no network"),
        ("https://example.com/a.css", Use.STYLE, "styles into the document"),
        ("https://picsum.photos/200", Use.PICTURE, "draw it"),
        ("https://[::1", Use.SCRIPT, "no network"),
        ("https://", Use.SCRIPT, "no network"),
        ("/lib/jquery@3/jquery.js", Use.SCRIPT, "querySelector"),
        ("/lib/three/OrbitControls.js", Use.MODULE, "three is on the shelf, but not this file"),
        ("/lib/", Use.SCRIPT, "no network"),
    ],
)
def test_an_unknown_address_is_answered_with_what_there_is(
    address: str, use: Use, words: str
) -> None:
    answer = resolve_address(CATALOG, address, use)
    assert isinstance(answer, Missing)
    assert words in answer.sentence
    assert answer.sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("specifier", "place"),
    [
        ("three", "three/three.module.js"),
        ("three/addons/controls/OrbitControls.js", "three/addons/controls/OrbitControls.js"),
        ("three/examples/jsm/math/Octree.js", "three/addons/math/Octree.js"),
        ("react-dom/client", "react/react.module.js"),
        ("htm/react", "react/htm-react.module.js"),
        ("d3-scale", "d3/d3.module.js"),
        ("chart.js/auto", "chart.js/chart.module.js"),
    ],
)
def test_a_bare_import_leads_to_the_shelf(specifier: str, place: str) -> None:
    assert resolve_import(CATALOG, specifier) == Found((_target(place),))

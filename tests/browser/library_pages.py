# ruff: noqa: E501 (pages are written as models write them)
"""One small page for each library of the shelf, written as models write it: with CDN addresses and
bare imports. `sign` is an expression of the page's script that is true once the library has done
something that can be seen or heard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """A page of kind html, and how to see that it works."""

    name: str
    html: str
    sign: str

    def __str__(self) -> str:
        return self.name


def _page(name: str, head: str, body: str, sign: str) -> LibraryPage:
    html = f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return LibraryPage(name, html, sign)


_CUBE = """
const renderer = new THREE.WebGLRenderer({ preserveDrawingBuffer: true });
renderer.setSize(40, 40);
document.body.append(renderer.domElement);
const scene = new THREE.Scene();
scene.background = new THREE.Color("red");
const camera = new THREE.PerspectiveCamera(50, 1, 0.1, 10);
renderer.render(scene, camera);
const pixel = new Uint8Array(4);
const gl = renderer.getContext();
gl.readPixels(20, 20, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
document.body.dataset.red = pixel[0];
"""

PAGES = (
    _page(
        "three by import map, with an addon",
        """<script type="importmap">{"imports": {
        "three": "https://unpkg.com/three@0.160.0/build/three.module.js",
        "three/addons/": "https://unpkg.com/three@0.160.0/examples/jsm/"}}</script>""",
        f"""<script type="module">import * as THREE from "three";
        import {{ OrbitControls }} from "three/addons/controls/OrbitControls.js";
        import {{ EffectComposer }} from "three/addons/postprocessing/EffectComposer.js";
        {_CUBE}
        new EffectComposer(renderer);
        document.body.dataset.controls = new OrbitControls(camera, renderer.domElement).enabled;
        </script>""",
        "document.body.dataset.red === '255' && document.body.dataset.controls === 'true'",
    ),
    _page(
        "three as a global",
        """<script src="https://cdnjs.cloudflare.com/ajax/libs/three.js/r128/three.min.js"></script>
        <script src="https://cdn.jsdelivr.net/npm/three@0.128/examples/js/controls/OrbitControls.js">
        </script>""",
        f"<script>{_CUBE} new THREE.OrbitControls(camera, renderer.domElement);</script>",
        "document.body.dataset.red === '255'",
    ),
    _page(
        "matter-js",
        '<script src="https://cdnjs.cloudflare.com/ajax/libs/matter-js/0.19.0/matter.min.js">'
        "</script>",
        """<script>const engine = Matter.Engine.create();
        const ball = Matter.Bodies.circle(0, 0, 5);
        Matter.Composite.add(engine.world, ball);
        for (let i = 0; i < 30; i++) Matter.Engine.update(engine, 16);
        document.body.textContent = ball.position.y;</script>""",
        "Number(document.body.textContent) > 10",
    ),
    _page(
        "p5",
        '<script src="https://cdn.jsdelivr.net/npm/p5@1.9.0/lib/p5.min.js"></script>',
        """<script>function setup() { createCanvas(40, 40); pixelDensity(1); }
        function draw() { background(0, 200, 0); loadPixels(); window.green = pixels[1]; }
        </script>""",
        "window.green === 200",
    ),
    _page(
        "phaser",
        '<script src="//cdn.jsdelivr.net/npm/phaser@3.60.0/dist/phaser.min.js"></script>',
        """<script>new Phaser.Game({ type: Phaser.CANVAS, width: 40, height: 40,
        backgroundColor: "#0000ff", banner: false, audio: { noAudio: true },
        scene: { create() { this.add.rectangle(20, 20, 10, 10, 0xff0000); window.made = true; } } });
        </script>""",
        "window.made && document.querySelector('canvas').getContext('2d')"
        ".getImageData(2, 2, 1, 1).data[2] === 255",
    ),
    _page(
        "d3 as a script",
        '<script src="https://d3js.org/d3.v7.min.js"></script>',
        """<script>d3.select("body").append("svg").selectAll("circle").data([1, 2, 3])
        .join("circle").attr("r", (d) => d);</script>""",
        "document.querySelectorAll('svg circle[r]').length === 3",
    ),
    _page(
        "d3 by bare import",
        "",
        """<script type="module">import * as d3 from "d3"; import { scaleLinear } from "d3-scale";
        d3.select("body").text(scaleLinear([0, 1], [0, 10])(0.5));</script>""",
        "document.body.textContent === '5'",
    ),
    _page(
        "chart.js",
        '<script src="https://cdn.jsdelivr.net/npm/chart.js"></script>',
        """<canvas id=c width=80 height=80></canvas><script>
        window.chart = new Chart(c, { type: "bar", options: { animation: false, responsive: false },
        data: { labels: ["a"], datasets: [{ data: [3], backgroundColor: "#ff0000" }] } });</script>""",
        "c.getContext('2d').getImageData(0, 0, 80, 80).data.includes(255)",
    ),
    _page(
        "echarts by import",
        "",
        """<div id=box style="width:120px;height:120px"></div><script type="module">
        import * as echarts from "https://cdn.jsdelivr.net/npm/echarts@5/dist/echarts.esm.min.js";
        echarts.init(box, null, { renderer: "svg" }).setOption({ animation: false,
        series: [{ type: "pie", data: [1, 2] }] });</script>""",
        "document.querySelectorAll('#box svg path').length >= 2",
    ),
    _page(
        "tone",
        '<script src="https://unpkg.com/tone@14/build/Tone.js"></script>',
        """<script>Tone.Offline(() => new Tone.Oscillator(440).toDestination().start(0), 0.1)
        .then((buffer) => { window.loudest = Math.max(...buffer.getChannelData(0)); });</script>""",
        "window.loudest > 0.1",
    ),
    _page(
        "katex with auto-render",
        """<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/katex@0.16.9/dist/katex.min.css"
        integrity="sha384-n8MVd4RsNIU0tAv4ct0nTaAbDJwPJzDEaqSD1odI" crossorigin="anonymous">
        <script defer src="https://cdn.jsdelivr.net/npm/katex@0.16.9/dist/katex.min.js"></script>
        <script defer src="https://cdn.jsdelivr.net/npm/katex@0.16.9/dist/contrib/auto-render.min.js"
        onload="renderMathInElement(document.body); document.fonts.load('16px KaTeX_Math')"></script>
        """,
        "<p>$$\\frac{x^2}{y}$$</p>",
        "document.querySelector('.katex-html .mfrac') && document.fonts.check('16px KaTeX_Math')",
    ),
    _page(
        "mermaid",
        "",
        """<pre class="mermaid">graph TD; A[One] --> B[Two]</pre><script type="module">
        import mermaid from "https://cdn.jsdelivr.net/npm/mermaid@10/dist/mermaid.esm.min.mjs";
        mermaid.initialize({ startOnLoad: true });</script>""",
        "document.querySelector('.mermaid svg')?.textContent.includes('Two')",
    ),
    _page(
        "tailwind with a configuration",
        """<script src="https://cdn.tailwindcss.com"></script><script>tailwind.config = { theme:
        { extend: { colors: { brand: { DEFAULT: "#123456", dark: "#010203" } } } } }</script>""",
        '<p id=p class="bg-brand text-brand-dark p-4">Hi</p>',
        "getComputedStyle(p).backgroundColor === 'rgb(18, 52, 86)'"
        " && getComputedStyle(p).color === 'rgb(1, 2, 3)' && getComputedStyle(p).padding === '16px'",
    ),
    _page(
        "react with JSX",
        """<script src="https://unpkg.com/react@18/umd/react.production.min.js" crossorigin></script>
        <script src="https://unpkg.com/react-dom@18/umd/react-dom.production.min.js"></script>
        <script src="https://unpkg.com/@babel/standalone/babel.min.js"></script>""",
        """<div id=root></div><script type="text/babel">
        function App() { const [n, set] = React.useState(1);
          React.useEffect(() => set(2), []); return <b>Count {n}</b>; }
        ReactDOM.createRoot(document.getElementById("root")).render(<App />);</script>""",
        "root.textContent === 'Count 2'",
    ),
    _page(
        "react and htm by import",
        "",
        """<div id=root></div><script type="module">import React, { useState } from "react";
        import { createRoot } from "react-dom/client"; import { html } from "htm/react";
        const App = () => { const [n] = useState(7); return html`<b>Count ${n}</b>`; };
        createRoot(root).render(html`<${App} />`);</script>""",
        "root.textContent === 'Count 7'",
    ),
    _page(
        "sql.js",
        '<script src="https://cdnjs.cloudflare.com/ajax/libs/sql.js/1.8.0/sql-wasm.js"></script>',
        """<script>initSqlJs({ locateFile: (file) => `https://sql.js.org/dist/${file}` })
        .then((SQL) => { const db = new SQL.Database();
        document.body.textContent = db.exec("select 40 + 2")[0].values[0][0]; });</script>""",
        "document.body.textContent === '42'",
    ),
    _page(
        "lucide",
        '<script src="https://unpkg.com/lucide@latest"></script>',
        '<i data-lucide="rocket"></i><script>lucide.createIcons();</script>',
        "document.querySelector('svg.lucide-rocket path')",
    ),
    _page(
        "fontawesome",
        '<link rel="stylesheet" href="https://cdnjs.cloudflare.com/ajax/libs/font-awesome/6.4.0/css/'
        'all.min.css">',
        '<i id=icon class="fas fa-star"></i>',
        "document.fonts.check('900 16px \"Font Awesome 6 Free\"', '\\uf005')"
        " && [...document.fonts].some((one) => one.status === 'loaded')",
    ),
    _page(
        "fonts by Google's address",
        """<link rel="preconnect" href="https://fonts.gstatic.com" crossorigin>
        <link href="https://fonts.googleapis.com/css2?family=Inter:wght@400;700&amp;family=Poppins
        &amp;family=Noto+Sans+SC&display=swap" rel="stylesheet">
        <style>b { font-family: Poppins } i { font-family: "Noto Sans SC" }</style>""",
        "<b>Latin</b> <i>中文字</i>",
        "[...document.fonts].filter((one) => one.status === 'loaded').length >= 2",
    ),
)

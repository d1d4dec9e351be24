"""Drafts in the real shell, on its own origin: nothing in them runs, and they grow at their end."""

import re
from collections.abc import AsyncIterator, Sequence

import pytest_asyncio
from playwright.async_api import BrowserContext, Frame, Page

from tests.browser.product import Product

HOSTILE = (
    "<script>parent.ran=1;ran=1</script>",
    "<SCRIPT src=//e.example/x></SCRIPT>",
    "<script>ran=1",  # still being written
    "<scr<script></script>ipt>ran=1</script>",
    "<svg><script>ran=1</script><a xlink:href='javascript:ran=1'>x</a></svg>",
    "<svg><script href='//e.example/x'/></svg>",
    "<svg><animate onbegin=ran=1 attributeName=x dur=1s></svg>",
    "<img src=x onerror=ran=1>",
    "<img src=data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA= onload=ran=1>",
    "<video><source src=x onerror=ran=1></video>",
    "<details open ontoggle=ran=1>x</details>",
    "<input autofocus onfocus=ran=1>",
    "<body onload=ran=1>",
    "<body onpageshow=ran=1>",
    "<div OnClick='ran=1' onpointerenter=ran=1>x</div>",
    "<a href='javascript:ran=1'>x</a>",
    "<a href=' java\tscript:ran=1'>x</a>",
    "<a href='JaVaScRiPt:ran=1'>x</a>",
    "<form action='javascript:ran=1'><button formaction='javascript:ran=1'>x</button></form>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<iframe src='javascript:parent.ran=1'></iframe>",
    "<object data='data:text/html,<script>ran=1</script>'></object>",
    "<embed src='javascript:ran=1'>",
    "<meta http-equiv=refresh content='0;url=javascript:ran=1'>",
    "<base href='//e.example/'>",
    "<link rel=stylesheet href='//e.example/x.css'>",
    "<math><mtext><script>ran=1</script></mtext></math>",
    "<template><script>ran=1</script></template>",
    "<noscript><script>ran=1</script></noscript>",
    "<style></style><script>ran=1</script>",
    "<!-- --><script>ran=1</script>",
    "<table><script>ran=1</script><tr onclick=ran=1><td><b><p></b><script>ran=1</script></table>",
    "<frameset onload=ran=1><frame src='javascript:ran=1'></frameset>",
)
WHOLE = """<body class="a"><main><h1>Honey &amp; bees</h1><table><tr><td>1<td>2</table>
<ul><li>one<li>two</ul><p>a<div>b</div></p><!-- note --><svg><g><path d="M0 0"/></g></svg>
<b>bold<i>both</b>slanted</i></main><table>x<tr><td>y</table><footer style="color:red">end
</footer></body>"""
# How many characters a parser may hold back until it knows what they are.
HELD_BACK = 24
_ACTIVE = """() => {
  const found = [...document.body.querySelectorAll(
    "script, iframe, object, embed, base, link, template, meta")].map((one) => one.localName);
  for (const one of document.querySelectorAll("*"))
    for (const { name, value } of one.attributes) {
      const plain = value.replace(/\\s/g, "").toLowerCase();
      if (/^on/i.test(name) || name === "srcdoc" || plain.startsWith("javascript:"))
        found.push(`${one.localName}[${name}]`);
    }
  return [...found, ...(window.ran ? ["it ran"] : [])];
}"""
_OPEN = """(origin) => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-pointer-lock");
  frame.src = `${origin}/frame`;
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow || data !== "atelier:ready") return;
    const { port1, port2 } = new MessageChannel();
    window.shell = port1;
    port1.onmessage = () => done();
    frame.contentWindow.postMessage("atelier:port", "*", [port2]);
  });
  document.body.append(frame);
})"""
_DRAFT = """([kind, content]) => new Promise((done) => {
  window.shell.onmessage = ({ data }) => data.type === "drawn" && done();
  window.shell.postMessage({ type: "draft", kind, content });
})"""
_PARSE = """(texts) => texts.map((text) =>
  new DOMParser().parseFromString(text, "text/html").body.outerHTML)"""


class Shell:
    """The shell in a page of the app, as the panel frames it."""

    def __init__(self, page: Page, frame: Frame) -> None:
        self._page, self.frame = page, frame

    async def draft(self, content: str, kind: str = "html") -> None:
        """Shows a draft and waits until it stands."""
        await self._page.evaluate(_DRAFT, [kind, content])

    async def body(self) -> str:
        """What stands there, comments aside."""
        return without_comments(await self.frame.evaluate("document.body.outerHTML"))

    async def parse(self, texts: Sequence[str]) -> list[str]:
        """What a parser makes of each text that it reads at once."""
        return [without_comments(one) for one in await self.frame.evaluate(_PARSE, texts)]

    async def active_parts(self) -> list[str]:
        """What could run, and whether it has."""
        parts: list[str] = await self.frame.evaluate(_ACTIVE)
        return parts


def without_comments(html: str) -> str:
    return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)


@pytest_asyncio.fixture(loop_scope="session")
async def shell(context: BrowserContext, product: Product) -> AsyncIterator[Shell]:
    page = await context.new_page()
    await page.goto("/")
    origin = (await (await page.request.get("/api/session")).json())["artifact_origin"]
    await page.evaluate(_OPEN, origin)
    yield Shell(page, page.frames[-1])
    assert await page.evaluate("window.ran") is None


async def test_nothing_in_a_draft_runs(shell: Shell) -> None:
    found: dict[str, list[str]] = {}
    for html in HOSTILE:
        for draft in (f"<p>before</p>{html}", html, f"{html}<p>after"):
            await shell.draft(draft)
            if parts := await shell.active_parts():
                found[draft] = parts
    assert found == {}


async def test_nothing_runs_however_far_a_draft_is_written(shell: Shell) -> None:
    html = """<!doctype html><html><head><style>p{color:red}</style></head><body onload="ran=1">
<h1 onclick="ran=1">Game</h1><img src=x onerror="ran=1"><script>const a = "<b>"; ran=1;</script>
<a href="javascript:ran=1">x</a><body class="late" onclick="ran=1"></body></html>"""
    for end in range(0, len(html) + 1, 3):
        await shell.draft(html[:end])
        assert await shell.active_parts() == []
    assert 'class="late"' in await shell.body()


async def test_a_draft_is_at_every_moment_what_was_written_so_far(shell: Shell) -> None:
    parsed = await shell.parse([WHOLE[:end] for end in range(len(WHOLE) + 1)])
    for end in range(1, len(WHOLE) + 1):
        await shell.draft(WHOLE[:end])
        assert await shell.body() in parsed[max(0, end - HELD_BACK) : end + 1]
    assert await shell.body() == parsed[-1]


async def test_what_stands_is_not_touched_while_a_draft_grows(shell: Shell) -> None:
    """Counted, not timed: the last of 600 lines change no more nodes than the first."""
    lines = [f'<p class="r{n}">{n} &lt;a and <b>b</b>.</p>\n' for n in range(600)]
    html = "<!doctype html><html><head><style>p{}</style></head><body>\n"
    await shell.draft(html)
    await shell.frame.evaluate("""() => {
      window.changed = 0;
      new MutationObserver((records) => {
        for (const { addedNodes, removedNodes } of records)
          window.changed += addedNodes.length + 1000 * removedNodes.length;
      }).observe(document, { subtree: true, childList: true, characterData: true });
    }""")
    counts = []
    for start in range(0, 600, 60):
        html += "".join(lines[start : start + 60])
        await shell.draft(html)
        counts.append(await shell.frame.evaluate("() => [window.changed, window.changed = 0][0]"))
    # A line is its paragraph and the end of the line before it.
    assert max(counts) <= 2 * 60 + 2, counts
    assert await shell.frame.evaluate("document.querySelectorAll('b').length") == 600


async def test_another_draft_takes_the_place_of_the_first(shell: Shell) -> None:
    await shell.draft("<main><h1>Title</h1><p>one</p></main><p>after</p>")
    await shell.draft("<main><h1>Other</h1></main>")
    assert await shell.body() == "<body><main><h1>Other</h1></main></body>"
    await shell.draft("")
    assert await shell.body() == "<body></body>"


async def test_styles_apply_as_they_are_written(shell: Shell) -> None:
    await shell.draft("<head><style>p { color: red")
    await shell.draft("<head><style>p { color: red }</style></head><body><p>x</p>")
    color = "getComputedStyle(document.querySelector('p')).color"
    assert await shell.frame.evaluate(color) == "rgb(255, 0, 0)"


async def test_a_picture_grows_in_the_middle_of_a_page(shell: Shell) -> None:
    await shell.draft("<svg viewBox='0 0 10 10'><circle r='4'/>", "svg")
    await shell.draft("<svg viewBox='0 0 10 10'><circle r='4'/><rect/></svg>", "svg")
    assert await shell.frame.evaluate("document.querySelectorAll('body > svg > *').length") == 2
    assert await shell.frame.evaluate("getComputedStyle(document.body).display") == "grid"

"""Looks at a page of a deck or a poster in the browser, at its own size, and says what is wrong."""

from engine.training.evaluation.browser import Theater

DECK_PIXELS = (1280, 720)
POSTER_PIXELS = {
    "A4": (794, 1123),
    "A3": (1123, 1587),
    "A2": (1587, 2245),
    "square": (1080, 1080),
    "story": (1080, 1920),
}
LEAST_MARGIN_PIXELS = 16
LEAST_LETTER_PIXELS = 18
# Any theme will do: it has no part in where a text stands.
_THEME = (
    "--background:#fbf9f4;--surface:#f1ece1;--text:#221f1a;--muted:#5f574b;--accent:#9a3412;"
    "--accent2:#1d5c63;--radius:4px"
)
_INSPECT = """([margin, letter]) => {
  const report = {outside: [], small: [], letters: 0};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    if (!text || ['STYLE', 'SCRIPT'].includes(walker.currentNode.parentElement.tagName)) continue;
    report.letters += text.length;
    range.selectNodeContents(walker.currentNode);
    const outside = [...range.getClientRects()].some(box => box.left < margin || box.top < margin
      || box.right > innerWidth - margin || box.bottom > innerHeight - margin);
    if (outside) report.outside.push(text);
    const size = parseFloat(getComputedStyle(walker.currentNode.parentElement).fontSize);
    if (size < letter) report.small.push(text);
  }
  return report;
}"""


def check_sheet(theater: Theater, content: str, *, width: int, height: int) -> list[str]:
    """What is wrong with a sheet; an empty list for a good one."""
    with theater.stage(size_document(content, width, height)) as stage:
        stage.page.set_viewport_size({"width": width, "height": height})
        report = stage.page.evaluate(_INSPECT, [LEAST_MARGIN_PIXELS, LEAST_LETTER_PIXELS])
        problems = list(stage.errors)
    problems += [f"{text[:60]!r} leaves the sheet" for text in report["outside"]]
    problems += [f"{text[:60]!r} is too small" for text in report["small"]]
    return problems if report["letters"] else [*problems, "it says nothing"]


def size_document(content: str, width: int, height: int) -> str:
    """The document with what the server puts into its head: the exact size and a theme."""
    size = f"width:{width}px!important;height:{height}px!important;margin:0!important"
    rules = (
        f":root{{{_THEME}}}html,body{{{size};box-sizing:border-box!important;overflow:hidden}}"
        ":where(body){background:var(--background);color:var(--text);font-family:sans-serif}"
    )
    return content.replace("<style>", f"<style>{rules}</style>\n<style>", 1)

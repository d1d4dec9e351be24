"""SVG: the drawing itself, or a poster of HTML within one."""

import re
from dataclasses import replace

from webapp.exports.contents import ExportPage, ExportSource, Progress
from webapp.exports.page_loading import PageLoader
from webapp.exports.standalone import inline_everything
from webapp.rendering.browser.page import RenderPage

_ROOT = re.compile(r"\A\ufeff?\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*)*<svg[\s>]", re.I | re.S)
# Scripts have done their work by then; in a picture they would not run again.
_SERIALIZE = """() => {
  for (const script of document.querySelectorAll("script")) script.remove();
  return new XMLSerializer().serializeToString(document.documentElement);
}"""
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def is_drawing(content: str) -> bool:
    """True if the text is an SVG of its own."""
    return _ROOT.match(content) is not None


async def export_svg(source: ExportSource, loader: PageLoader, progress: Progress) -> bytes:
    """The drawing as it was written; HTML goes into a frame that browsers show."""
    if is_drawing(source.content):
        return source.content.strip().encode()
    progress.report(None, "page", "It is HTML inside of SVG, which browsers show and few others.")

    async def work(shown: RenderPage, _page: ExportPage) -> str:
        return str(await shown.page.evaluate(_SERIALIZE))

    page = source.pages[0]
    standalone = replace(page, document=inline_everything(page, progress))
    progress.begin(1, "Drawing")
    markup = await loader.on(standalone, work)
    width, height = source.css_size or (f"{source.width:g}px", f"{source.height:g}px")
    view = f"0 0 {source.width:g} {source.height:g}"
    frame = f'<foreignObject width="{source.width:g}" height="{source.height:g}">'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{view}">{frame}{_XML_FORBIDDEN.sub("", markup)}</foreignObject></svg>'
    ).encode()

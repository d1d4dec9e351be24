"""What PowerPoint export asks of a browser: the facts of a loaded page, and photographs."""

import base64
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page

from webapp.exports.pptx.scene import Part, Photograph
from webapp.exports.pptx.snapshot import COMPUTED_STYLES, PageFacts, Prepared, read_snapshot

MAX_PHOTOGRAPHS = 150
PHOTOGRAPH_SCALE = 2
_HERE = Path(__file__).parent
_PREPARE = (_HERE / "prepare.js").read_text("utf-8")
_ISOLATE = (_HERE / "isolate.css").read_text("utf-8")
_ADD_STYLE = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.documentElement.setAttribute("data-export-isolated", "");
}"""
_MARK = 'function(part) { this.setAttribute("data-export-target", part); }'
_UNMARK = 'function() { this.removeAttribute("data-export-target"); }'
_WHOLE = """() => document.documentElement.removeAttribute("data-export-isolated")"""


class PageCamera:
    """Reads one loaded page. Raises Playwright's errors where the page or browser is gone."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session

    @classmethod
    @contextlib.asynccontextmanager
    async def on(cls, page: Page) -> AsyncIterator["PageCamera"]:
        """A camera on `page`, taken away afterwards."""
        session = await page.context.new_cdp_session(page)
        yield cls(page, session)
        await session.detach()

    async def read_facts(self, *, width: float, height: float) -> PageFacts:
        """The layout of the page. Transforms are gone from the page afterwards."""
        prepared = Prepared.model_validate(await self._page.evaluate(_PREPARE))
        snapshot: Mapping[str, Any] = await self._session.send(
            "DOMSnapshot.captureSnapshot",
            {"computedStyles": list(COMPUTED_STYLES), "includePaintOrder": True},
        )
        return read_snapshot(snapshot, prepared, width=width, height=height)

    async def take(self, photographs: Sequence[Photograph]) -> dict[Photograph, bytes]:
        """PNG pictures without what lies around; at most `MAX_PHOTOGRAPHS`, the largest."""
        if not photographs:
            return {}
        chosen = sorted(photographs, key=lambda p: -p.rect.width * p.rect.height)
        await self._page.evaluate(_ADD_STYLE, _ISOLATE)
        color = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}}
        await self._session.send("Emulation.setDefaultBackgroundColorOverride", color)
        taken = {one: await self._take_one(one) for one in chosen[:MAX_PHOTOGRAPHS]}
        await self._session.send("Emulation.setDefaultBackgroundColorOverride")
        await self._page.evaluate(_WHOLE)
        return taken

    async def _take_one(self, photograph: Photograph) -> bytes:
        found = await self._session.send(
            "DOM.resolveNode", {"backendNodeId": photograph.backend_id}
        )
        target = found["object"]["objectId"]
        await self._call(target, _MARK, photograph.part.value)
        rect = photograph.rect
        clip = {"x": rect.left, "y": rect.top, "width": rect.width, "height": rect.height}
        answer = await self._session.send(
            "Page.captureScreenshot",
            {
                "format": "png",
                "clip": {**clip, "scale": PHOTOGRAPH_SCALE},
                "captureBeyondViewport": photograph.part is not Part.CANVAS,
            },
        )
        await self._call(target, _UNMARK)
        return base64.b64decode(answer["data"])

    async def _call(self, target: str, function: str, *values: str) -> None:
        arguments = [{"value": value} for value in values]
        await self._session.send(
            "Runtime.callFunctionOn",
            {"objectId": target, "functionDeclaration": function, "arguments": arguments},
        )

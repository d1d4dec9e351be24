"""Runs the collector in a page."""

from pathlib import Path

from webapp.rendering.browser.page import RenderPage
from webapp.rendering.check.facts import PageFacts

MOST_FRAGMENTS = 1500
MOST_SURFACES = 1000
_COLLECTOR = Path(__file__).with_name("collector.js").read_text("utf-8")
# Hides letters and nothing else: `color` would take borders and icons along. A text that is cut out
# of a background loses that background.
_HIDE_TEXT = """() => {
  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (style.webkitBackgroundClip === "text") {
      element.style.setProperty("background", "none", "important");
    }
  }
  const style = document.createElement("style");
  style.id = "atelier-hidden-text";
  style.textContent = `*, *::before, *::after { transition: none !important;
    -webkit-text-fill-color: transparent !important; text-decoration-color: transparent !important;
    -webkit-text-stroke-color: transparent !important; caret-color: transparent !important }
    svg text, svg text * { fill: transparent !important; stroke: transparent !important }`;
  document.documentElement.append(style);
}"""
_SHOW_TEXT = "() => document.getElementById('atelier-hidden-text')?.remove()"


async def collect_facts(page: RenderPage, *, is_laid_out: bool) -> PageFacts:
    """The facts of the page as it is shown, surfaces and paints only of what is laid out. Raises
    pydantic's ValidationError if the page has changed what scripts are made of, and playwright's
    Error."""
    surfaces = MOST_SURFACES if is_laid_out else 0
    text = await page.page.evaluate(f"({_COLLECTOR})({MOST_FRAGMENTS}, {surfaces})")
    return PageFacts.model_validate_json(text)


async def hide_text(page: RenderPage) -> None:
    """Take all letters away, so that a screenshot shows what lies behind them."""
    await page.page.evaluate(_HIDE_TEXT)


async def show_text(page: RenderPage) -> None:
    """Bring the letters back (but for those cut out of a background)."""
    await page.page.evaluate(_SHOW_TEXT)

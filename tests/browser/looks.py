"""What the eye sees, as figures: contrast of texts, and whether anything sticks out sideways."""

from typing import NamedTuple

from playwright.async_api import Page

_FAINT_TEXTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((part, i) => part * a + below[i] * (1 - a));
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => part / 255)
      .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ancestors = (element) => element ? [...ancestors(element.parentElement), element] : [];
  const ground = (element) => ancestors(element).reduce(
    (below, one) => over(rgba(getComputedStyle(one).backgroundColor), below), [255, 255, 255]);
  const isShown = (element) => element.checkVisibility({opacityProperty: true,
    visibilityProperty: true}) && ancestors(element).every((one) =>
    !one.matches(':disabled, .visually-hidden') && Number(getComputedStyle(one).opacity) > .9);
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.matches('script, style, noscript, option') || !isShown(element)) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const [high, low] = [luminance(over(rgba(style.color), below)), luminance(below)]
      .sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (high + .05) / (low + .05);
    if (ratio < (isLarge ? 3 : 4.5)) faint.push([text.slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  return faint;
}"""


class FaintText(NamedTuple):
    """A text that is hard to read, and its contrast."""

    text: str
    ratio: float


async def faint_texts(page: Page) -> list[FaintText]:
    """Texts below the contrast of WCAG 2.2 AA (4.5, large ones 3); disabled controls excepted."""
    return [FaintText(*found) for found in await page.evaluate(_FAINT_TEXTS)]


async def sideways_overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = await page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width

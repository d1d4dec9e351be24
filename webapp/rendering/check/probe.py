"""Plays with a page as a person would for a moment, and watches whether anything happens."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from webapp.rendering.browser.page import RenderPage

KEYS = ("Space", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Enter")
WATCH_SECONDS = 0.25
WATCHER = Path(__file__).with_name("watcher.js").read_text("utf-8")
_READ = """() => JSON.stringify({ ...atelierWatch(),
  canvases: [...document.querySelectorAll("canvas")].map((canvas) => {
    const rect = canvas.getBoundingClientRect();
    return [rect.left, rect.top, rect.right, rect.bottom];
  }) })"""


class Watched(BaseModel):
    """What the watcher has seen: inputs that are listened to, frames drawn and their cost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: bool
    pointer: bool
    frames: int
    frame_ms: float
    canvases: tuple[tuple[float, float, float, float], ...]

    @property
    def is_playable(self) -> bool:
        """True for what a person would play with."""
        return bool(self.canvases) or self.keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """How a page moves. `frame_rate` is None where the page draws no frames of its own."""

    frame_rate: float | None
    frame_cost_ms: float


async def read_watch(page: RenderPage) -> Watched:
    """What was seen so far. Raises playwright's Error and pydantic's ValidationError."""
    return Watched.model_validate_json(await page.page.evaluate(_READ))


async def play(page: RenderPage, watched: Watched) -> Motion:
    """Press the keys of games, click and draw in the middle of the largest canvas, and wait."""
    begin = time.monotonic()
    for key in KEYS:
        await page.page.keyboard.press(key)
    x, y = _middle(watched, page)
    await page.page.mouse.click(x, y)
    await page.page.mouse.down()
    await page.page.mouse.move(x + 40, y + 30)
    await page.page.mouse.up()
    await asyncio.sleep(WATCH_SECONDS)
    after = await read_watch(page)
    seconds = time.monotonic() - begin
    frames = after.frames - watched.frames
    if frames <= 0:
        return Motion(frame_rate=None, frame_cost_ms=0.0)
    cost = (after.frame_ms - watched.frame_ms) / frames
    return Motion(frame_rate=round(frames / seconds, 1), frame_cost_ms=cost)


def _middle(watched: Watched, page: RenderPage) -> tuple[float, float]:
    size = page.page.viewport_size or {"width": 800, "height": 600}
    left, top, right, bottom = max(
        watched.canvases,
        key=lambda box: (box[2] - box[0]) * (box[3] - box[1]),
        default=(0.0, 0.0, float(size["width"]), float(size["height"])),
    )
    x, y = (left + right) / 2, (top + bottom) / 2
    return min(max(x, 1), size["width"] - 60), min(max(y, 1), size["height"] - 60)

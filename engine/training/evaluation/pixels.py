"""Looks at what a game's canvas shows."""

from dataclasses import dataclass

from engine.training.evaluation.browser import Stage

_FRAME_KEY = "() => document.querySelector('canvas')?.toDataURL() ?? ''"
_CENTER_OF_BIRD = """() => {
  const canvas = document.querySelector('canvas');
  const {width, height} = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const at = (x, y) => (y * width + x) * 4;
  let count = 0, sum = 0;
  for (let y = Math.round(height * .15); y < height * .89; y++) {
    const sky = at(Math.round(width * .02), y);
    for (let x = Math.round(width * .2); x < width * .3; x++) {
      const here = at(x, y);
      const distance = Math.abs(data[here] - data[sky]) + Math.abs(data[here + 1] - data[sky + 1])
        + Math.abs(data[here + 2] - data[sky + 2]);
      if (distance > 60) { count++; sum += y; }
    }
  }
  return count < 20 ? null : sum / count / height;
}"""
_COUNT_COLOR = """color => {
  const probe = document.createElement('canvas').getContext('2d');
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const wanted = probe.getImageData(0, 0, 1, 1).data;
  const canvas = document.querySelector('canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const distance = Math.abs(data[i] - wanted[0]) + Math.abs(data[i + 1] - wanted[1])
      + Math.abs(data[i + 2] - wanted[2]);
    if (distance < 12) count++;
  }
  return count / (data.length / 4);
}"""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the canvas; equal frames are equal pixel by pixel, an absent one is empty."""

    key: str


def take_frame(stage: Stage) -> Frame:
    """The canvas as it is now."""
    return Frame(str(stage.page.evaluate(_FRAME_KEY)))


def find_bird_height(stage: Stage) -> float | None:
    """How far down the thing in the left third is, 0 (top) to 1; None if nothing is there.

    Read by comparing each row with its left border, which shows the sky alone.
    """
    height = stage.page.evaluate(_CENTER_OF_BIRD)
    return None if height is None else float(height)


def measure_color(stage: Stage, color: str) -> float:
    """The share of the canvas, 0..1, that has this CSS color."""
    return float(stage.page.evaluate(_COUNT_COLOR, color))


def list_painted_texts(stage: Stage) -> list[str]:
    """All texts that the game has painted so far."""
    return [str(text) for text in stage.page.evaluate("() => [...window.paintedTexts]")]

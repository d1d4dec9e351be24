"""What a made thing shows in the browser: texts, colors, whether it moves."""

from dataclasses import dataclass
from typing import Any

from engine.training.evaluation.browser import Stage
from engine.training.evaluation.pixels import list_painted_texts, measure_color

_SVG_STAGE = """<!DOCTYPE html><title>{title}</title>
<style>body{{margin:0}}svg:first-of-type{{display:block;width:600px;max-height:600px}}</style>"""
# Texts that no person sees (no size, hidden) do not count; a page may be scrolled down, not across.
_LOOK = """() => {
  const report = {texts: [], outside: [], colors: []};
  const seen = element => {
    const style = getComputedStyle(element);
    return style.visibility !== 'hidden' && style.opacity !== '0' && style.display !== 'none';
  };
  const picture = document.querySelector('body > svg');
  const frame = picture ? picture.getBoundingClientRect() : {
    left: 0, right: innerWidth, top: 0, bottom: Infinity};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.textContent.trim();
    const parent = node.parentElement;
    if (!text || parent.closest('script,style,title') || !seen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    report.texts.push(text);
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
      || box.bottom > frame.bottom + 1) report.outside.push(text);
  }
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!seen(element) || !box.width && !box.height) continue;
    report.colors.push(style.fill, style.stroke, style.backgroundColor, style.borderTopColor,
      style.borderLeftColor, style.borderBottomColor, style.stopColor);
  }
  return report;
}"""
_IS_XML = """source => {
  const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
  return !parsed.querySelector('parsererror') && parsed.documentElement.tagName === 'svg';
}"""
_COMPUTED = """color => {
  const probe = document.createElement('i');
  probe.style.color = color;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}"""
_HAS_CANVAS = "() => !!document.querySelector('canvas')"
# The board of a game is painted under six tenths of black, so that white text can be read on it.
SHADE = "color-mix(in srgb, {} 40%, black)"
_AS_RGB = """color => {
  const c = document.createElement('canvas').getContext('2d');
  c.fillStyle = color;
  c.fillRect(0, 0, 1, 1);
  return 'rgb(' + [...c.getImageData(0, 0, 1, 1).data].slice(0, 3) + ')';
}"""
LEAST_SHARE = 0.0001
# How many pixels of the bar's color stand above the middle of each label.
_BAR_HEIGHTS = """async labels => {
  const svg = document.querySelector('body > svg'), frame = svg.getBoundingClientRect();
  const wide = Math.round(frame.width), high = Math.round(frame.height);
  const picture = new Image(wide, high);
  picture.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg.outerHTML);
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = wide;
  canvas.height = high;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0, wide, high);
  const texts = [...svg.querySelectorAll('text')];
  return labels.map(label => {
    const text = texts.find(element => element.textContent.trim() === label);
    if (!text) return 0;
    const box = text.getBoundingClientRect();
    const x = Math.round((box.left + box.right) / 2 - frame.left);
    const bottom = Math.round(box.top - frame.top) - 1;
    const column = context.getImageData(x, 0, 1, Math.max(1, bottom)).data;
    let count = 0;
    for (let y = bottom - 1; y > 0; y--) {
      const [r, g, b] = column.slice(y * 4, y * 4 + 3);
      const paper = r > 235 && g > 235 && b > 235, line = r < 60 && g < 60 && b < 60;
      if (!paper && !line) count++;
      else if (count > 3) break;
    }
    return count;
  });
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a person sees: texts, those cut off, and which of the wanted colors are missing."""

    title: str
    texts: tuple[str, ...]
    outside: tuple[str, ...]
    missing_colors: tuple[str, ...]


def as_document(artifact_type: str, title: str, content: str) -> str:
    """The page that shows the thing alone."""
    if artifact_type == "html":
        return content
    return _SVG_STAGE.format(title=title) + content


def is_readable_svg(stage: Stage, content: str) -> bool:
    """Whether `content` is well-formed XML with an `svg` at its root."""
    return bool(stage.page.evaluate(_IS_XML, content))


def take_look(stage: Stage, colors: list[str]) -> Look:
    """What is seen now, and which of `colors` are not."""
    report: dict[str, Any] = stage.page.evaluate(_LOOK)
    painted = list_painted_texts(stage)
    missing = [color for color in colors if not _is_seen(stage, color, report["colors"])]
    return Look(
        title=stage.page.title(),
        texts=tuple(str(text) for text in (*report["texts"], *painted)),
        outside=tuple(str(text) for text in report["outside"]),
        missing_colors=tuple(missing),
    )


def measure_bars(stage: Stage, labels: list[str]) -> list[float]:
    """The height in pixels of the bar above each label."""
    return [float(height) for height in stage.page.evaluate(_BAR_HEIGHTS, labels)]


def judge_look(look: Look, title: str, wanted_texts: list[str]) -> list[str]:
    """What is wrong with what is seen."""
    problems = [] if look.title == title else [f"the page is titled {look.title!r}"]
    everything = "\n".join(look.texts)
    problems += [f"{text!r} cannot be read" for text in wanted_texts if text not in everything]
    problems += [f"{text!r} does not fit" for text in look.outside]
    return problems + [f"{color} is not to be seen" for color in look.missing_colors]


def _is_seen(stage: Stage, color: str, computed: list[str]) -> bool:
    if stage.page.evaluate(_COMPUTED, color) in computed:
        return True
    if not stage.page.evaluate(_HAS_CANVAS):
        return False
    shade = str(stage.page.evaluate(_AS_RGB, SHADE.format(color)))
    return any(measure_color(stage, tint) > LEAST_SHARE for tint in (color, shade))

"""Looks at a made badge in the browser and says what is wrong with it."""

import json
from typing import Any

from engine.training.evaluation.browser import Theater

LEAST_COVERED_SHARE = 0.2
# As a picture first: that needs well-formed XML and shows what is visible. Then as elements, whose
# texts and colors can be read.
_INSPECT = """async source => {
  const report = {parses: false, covered: 0, texts: [], outside: [], colors: []};
  const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
  if (parsed.querySelector('parsererror') || parsed.documentElement.tagName !== 'svg')
    return report;
  const picture = new Image(200, 200);
  picture.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(source);
  try { await picture.decode(); } catch { return report; }
  report.parses = true;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 200;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0, 200, 200);
  const data = context.getImageData(0, 0, 200, 200).data;
  for (let i = 3; i < data.length; i += 4) if (data[i]) report.covered += 1 / 40000;
  document.body.append(document.importNode(parsed.documentElement, true));
  const root = document.querySelector('svg');
  root.style.width = root.style.height = '400px';
  const frame = root.getBoundingClientRect();
  for (const element of root.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (element.tagName !== 'title') report.colors.push(style.fill, style.stroke);
    if (element.tagName !== 'text') continue;
    const box = element.getBoundingClientRect();
    const inside = box.left >= frame.left && box.right <= frame.right
      && box.top >= frame.top && box.bottom <= frame.bottom;
    if (!box.width || style.visibility === 'hidden' || style.opacity === '0') continue;
    report.texts.push(element.textContent.trim());
    if (!inside) report.outside.push(element.textContent.trim());
  }
  return report;
}"""
_COMPUTED_COLOR = """color => {
  const probe = document.createElement('i');
  probe.style.color = color;
  document.body.append(probe);
  return getComputedStyle(probe).color;
}"""


def check_badge(theater: Theater, source: str, *, name: str, color: str) -> list[str]:
    """What is wrong with a badge; an empty list for a good one."""
    with theater.stage("<!DOCTYPE html><title>badge</title><body></body>") as stage:
        report: dict[str, Any] = stage.page.evaluate(_INSPECT, source)
        if not report["parses"]:
            return ["the SVG cannot be read"]
        wanted = stage.page.evaluate(_COMPUTED_COLOR, color) if color else ""
        problems = list(stage.errors)
    if report["covered"] < LEAST_COVERED_SHARE:
        problems.append("the badge is almost empty")
    if name not in " ".join(report["texts"]):
        problems.append(f"it says {json.dumps(report['texts'])}")
    if report["outside"]:
        problems.append("a text does not fit")
    if color and wanted not in report["colors"]:
        problems.append(f"{color} is not to be seen")
    return problems

"""Path data of SVG as lines and cubic curves with absolute points (SVG 2, chapter 9). Pure."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

Point = tuple[float, float]
MAX_SEGMENTS = 4000
_NUMBER = re.compile(r"[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_FLAG = re.compile(r"[\s,]*([01])")
_COMMAND = re.compile(r"[\s,]*([MmLlHhVvCcSsQqTtAaZz])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


@dataclass(frozen=True, slots=True)
class Segment:
    """`M` and `L` have one point, `C` three, `Z` none."""

    kind: str
    points: tuple[Point, ...] = ()


class PathError(Exception):
    """The path data has a fault, or there is too much of it."""


def parse_path(data: str) -> list[Segment]:
    """The segments of a `d` attribute. Raises PathError."""
    pen = _Pen()
    for command, numbers in _commands(data):
        pen.draw(command, numbers)
        if len(pen.segments) > MAX_SEGMENTS:
            raise PathError("the path is too long")
    return pen.segments


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    place, command = 0, ""
    while place < len(data.rstrip(" \t\r\n,")):
        match = _COMMAND.match(data, place)
        if match:
            command, place = match.group(1), match.end()
        elif command in ("", "Z", "z"):
            raise PathError("a path begins with a command")
        elif command in "Mm":
            command = "L" if command == "M" else "l"
        numbers: list[float] = []
        for index in range(_COUNTS[command.upper()]):
            is_flag = command in "Aa" and index in (3, 4)
            found = (_FLAG if is_flag else _NUMBER).match(data, place)
            if found is None:
                raise PathError("a number is missing")
            numbers.append(float(found.group(1)))
            place = found.end()
        yield command, numbers


class _Pen:
    """Knows where it is, where the figure began, and where the last curve was headed."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._at: Point = (0.0, 0.0)
        self._start: Point = (0.0, 0.0)
        self._handle: Point | None = None
        self._last = ""

    def draw(self, command: str, numbers: list[float]) -> None:
        kind = command.upper()
        dx, dy = self._at if command.islower() else (0.0, 0.0)
        before, self._last = self._last, kind
        if kind == "Z":
            self.segments.append(Segment("Z"))
            self._at = self._start
        elif kind == "A":
            self._arc(numbers, (numbers[5] + dx, numbers[6] + dy))
        elif kind in "HV":
            x, y = self._at
            end = (numbers[0] + dx, y) if kind == "H" else (x, numbers[0] + dy)
            self._line("L", end)
        else:
            points = [(x + dx, y + dy) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
            self._points(kind, points, before)

    def _points(self, kind: str, points: list[Point], before: str) -> None:
        if kind in "ML":
            self._line(kind, points[0])
        elif kind == "C":
            self._curve(points[0], points[1], points[2])
        elif kind == "S":
            self._curve(self._mirrored(before in ("C", "S")), points[0], points[1])
        else:
            middle = points[0] if kind == "Q" else self._mirrored(before in ("Q", "T"))
            self._quadratic(middle, points[-1])

    def _mirrored(self, follows: bool) -> Point:
        if not follows or self._handle is None:
            return self._at
        return 2 * self._at[0] - self._handle[0], 2 * self._at[1] - self._handle[1]

    def _line(self, kind: str, end: Point) -> None:
        self.segments.append(Segment(kind, (end,)))
        self._at = end
        if kind == "M":
            self._start = end

    def _curve(self, first: Point, second: Point, end: Point) -> None:
        self.segments.append(Segment("C", (first, second, end)))
        self._handle, self._at = second, end

    def _quadratic(self, middle: Point, end: Point) -> None:
        (x, y), (mx, my), (ex, ey) = self._at, middle, end
        first = x + 2 / 3 * (mx - x), y + 2 / 3 * (my - y)
        self._curve(first, (ex + 2 / 3 * (mx - ex), ey + 2 / 3 * (my - ey)), end)
        self._handle = middle

    def _arc(self, numbers: list[float], end: Point) -> None:
        radius_x, radius_y, turn, large, sweep = numbers[:5]
        if self._at == end:
            return
        if not radius_x or not radius_y:
            self._line("L", end)
            return
        curves = arc_curves(
            self._at, end, abs(radius_x), abs(radius_y), turn, large=bool(large), sweep=bool(sweep)
        )
        for first, second, point in curves:
            self._curve(first, second, point)


def arc_curves(
    start: Point, end: Point, rx: float, ry: float, turn: float, *, large: bool, sweep: bool
) -> list[tuple[Point, Point, Point]]:
    """The arc as cubic curves of at most a quarter each (SVG 2, appendix B.2.4)."""
    phi = math.radians(turn)
    cos, sin = math.cos(phi), math.sin(phi)
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, cos * half_y - sin * half_x
    grow = math.sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    rest = (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2
    factor = math.sqrt(max(0.0, rest) / ((rx * y) ** 2 + (ry * x) ** 2))
    factor *= -1 if large == sweep else 1
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    begin = math.atan2((y - cy) / ry, (x - cx) / rx)
    delta = (math.atan2((-y - cy) / ry, (-x - cx) / rx) - begin) % math.tau
    if not sweep and delta:
        delta -= math.tau
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2

    def at(px: float, py: float) -> Point:
        px, py = cx + rx * px, cy + ry * py
        return middle[0] + cos * px - sin * py, middle[1] + sin * px + cos * py

    count = max(1, math.ceil(abs(delta) / (math.pi / 2) - 1e-9))
    step = delta / count
    reach = 4 / 3 * math.tan(step / 4)
    curves = []
    for index in range(count):
        a, b = begin + index * step, begin + (index + 1) * step
        first = at(math.cos(a) - reach * math.sin(a), math.sin(a) + reach * math.cos(a))
        second = at(math.cos(b) + reach * math.sin(b), math.sin(b) - reach * math.cos(b))
        curves.append((first, second, at(math.cos(b), math.sin(b))))
    return curves

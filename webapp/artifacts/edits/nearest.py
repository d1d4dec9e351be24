"""The lines of a document that come closest to lines that are not in it."""

import re
from collections import Counter
from collections.abc import Sequence

from webapp.artifacts.edits.problems import NumberedLine

LINES_SHOWN = 9
LONGEST_LINE_SHOWN = 160
_WORD = re.compile(r"\w{2,}")


def find_nearest(texts: Sequence[str], search: Sequence[str]) -> tuple[NumberedLine, ...]:
    """The part of the document that shares most with `search`, at most `LINES_SHOWN` lines with
    their numbers; empty where nothing is shared. Takes time linear in both."""
    if not texts:
        return ()
    scores = _scores(texts, search)
    height = min(len(search), LINES_SHOWN, len(texts))
    best, start = _best_window(scores, height)
    if best <= 0:
        return ()
    margin = (LINES_SHOWN - height) // 2
    first = max(0, min(start - min(margin, 2), len(texts) - 1))
    return show_lines(texts, first, min(len(texts), start + height + min(margin, 2)))


def show_lines(texts: Sequence[str], start: int, stop: int) -> tuple[NumberedLine, ...]:
    """Lines `start` to `stop` (from 0, end excluded), long ones cut."""
    return tuple(
        NumberedLine(place + 1, _cut(texts[place])) for place in range(start, min(stop, len(texts)))
    )


def _scores(texts: Sequence[str], search: Sequence[str]) -> list[float]:
    """How much each line shares with any searched one: 2 for the same line, up to 1 for words,
    where a word that is everywhere says little."""
    wanted_lines = {line.strip() for line in search if line.strip()}
    wanted = {word for line in wanted_lines for word in _WORD.findall(line)}
    shared = [[word for word in _WORD.findall(line) if word in wanted] for line in texts]
    spread = Counter(word for words in shared for word in set(words))
    total = max(1, len(wanted))
    return [
        2.0
        if line.strip() in wanted_lines
        else sum(1.0 / spread[word] for word in set(words)) / total
        for line, words in zip(texts, shared, strict=True)
    ]


def _best_window(scores: Sequence[float], height: int) -> tuple[float, int]:
    total = sum(scores[:height])
    best, start = total, 0
    for place in range(1, len(scores) - height + 1):
        total += scores[place + height - 1] - scores[place - 1]
        if total > best + 1e-9:
            best, start = total, place
    return best, start


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE_SHOWN else line[: LONGEST_LINE_SHOWN - 1] + "…"

"""Finding the lines that a block means: exactly, else with more and more patience.

Each tier must find one place alone. Exact lines; lines that differ in trailing white space only;
lines that differ in indentation too (the replacement is indented as the document is); a part of
one line; and last, for three lines or more whose first and last are right, one place that is at
least 0.9 alike, which is flagged.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.artifacts.edits.indentation import reindent
from webapp.artifacts.edits.likeness import likeness
from webapp.artifacts.edits.lines import Lines

LEAST_LIKENESS = 0.9
LONGEST_FUZZY_LINES = 400
MOST_FUZZY_PLACES = 50
MOST_PLACES_TOLD = 5


class Tier(StrEnum):
    """How a place was found."""

    EXACT = "exact"
    TRAILING_SPACE = "trailing_space"
    INDENTATION = "indentation"
    FRAGMENT = "fragment"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Match:
    """Lines `start` to `stop` (counted from 0, end excluded) become `replace`."""

    start: int
    stop: int
    replace: tuple[str, ...]
    tier: Tier


class Ambiguous(Exception):
    """Several places are meant; `starts` are some of their lines, counted from 0."""

    def __init__(self, starts: tuple[int, ...]) -> None:
        self.starts = starts
        super().__init__(f"{len(starts)} places")


def find_match(lines: Lines, search: tuple[str, ...], replace: tuple[str, ...]) -> Match | None:
    """The one place that `search` means, or None. `search` is not empty.

    Raises Ambiguous where the first tier that finds anything finds more than one place.
    """
    for tier, normal in _TIERS:
        starts = _find_lines(lines.texts, search, normal)
        if len(starts) > 1:
            raise Ambiguous(starts)
        if starts:
            stop = starts[0] + len(search)
            if tier is Tier.INDENTATION:
                replace = reindent(replace, search, lines.texts[starts[0] : stop])
            return Match(starts[0], stop, replace, tier)
    return _find_fragment(lines.texts, search, replace) or _find_alike(lines.texts, search, replace)


def _as_is(line: str) -> str:
    return line


_TIERS: tuple[tuple[Tier, Callable[[str], str]], ...] = (
    (Tier.EXACT, _as_is),
    (Tier.TRAILING_SPACE, str.rstrip),
    (Tier.INDENTATION, str.strip),
)


def _find_lines(
    texts: Sequence[str], search: tuple[str, ...], normal: Callable[[str], str]
) -> tuple[int, ...]:
    """Where `search` stands, some places at most. Blank lines alone are found as they are only."""
    wanted = [normal(line) for line in search]
    if normal is not _as_is and not any(wanted):
        return ()
    where: dict[str, list[int]] = {line: [] for line in wanted}
    having = list(texts) if normal is _as_is else [normal(line) for line in texts]
    for place, line in enumerate(having):
        if line in where:
            where[line].append(place)
    rarest = min(range(len(wanted)), key=lambda place: len(where[wanted[place]]))
    found: list[int] = []
    for place in where[wanted[rarest]]:
        start = place - rarest
        if start >= 0 and having[start : start + len(wanted)] == wanted:
            found.append(start)
            if len(found) == MOST_PLACES_TOLD:
                break
    return tuple(found)


def _find_fragment(
    texts: Sequence[str], search: tuple[str, ...], replace: tuple[str, ...]
) -> Match | None:
    """A part of a single line, as in documents that are one long line."""
    if len(search) != 1 or not search[0].strip():
        return None
    fragment = search[0]
    places = [place for place, line in enumerate(texts) if fragment in line]
    count = sum(texts[place].count(fragment) for place in places)
    if count > 1:
        raise Ambiguous(tuple(places[:MOST_PLACES_TOLD]))
    if not places:
        return None
    before, _, after = texts[places[0]].partition(fragment)
    whole = "\n".join(replace)
    new = (before + whole + after).split("\n")
    return Match(places[0], places[0] + 1, tuple(new), Tier.FRAGMENT)


def _find_alike(
    texts: Sequence[str], search: tuple[str, ...], replace: tuple[str, ...]
) -> Match | None:
    if not 3 <= len(search) <= LONGEST_FUZZY_LINES:
        return None
    best: tuple[float, int, int] | None = None
    for start, stop in _bounded_places(texts, search):
        found = likeness(search, texts[start:stop], LEAST_LIKENESS)
        if found < LEAST_LIKENESS:
            continue
        if best is not None and start >= best[2]:
            raise Ambiguous((best[1], start))
        if best is None or found > best[0]:
            best = found, start, stop
    if best is None:
        return None
    _, start, stop = best
    return Match(start, stop, reindent(replace, search, texts[start:stop]), Tier.FUZZY)


def _bounded_places(texts: Sequence[str], search: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Places that begin and end as `search` does and are about as long."""
    first, last = search[0].strip(), search[-1].strip()
    if not first or not last:
        return
    slack = max(1, len(search) // 5)
    seen = 0
    for start, line in enumerate(texts):
        if line.strip() != first:
            continue
        for length in range(max(2, len(search) - slack), len(search) + slack + 1):
            stop = start + length
            if stop <= len(texts) and texts[stop - 1].strip() == last:
                yield start, stop
                seen += 1
                if seen == MOST_FUZZY_PLACES:
                    return

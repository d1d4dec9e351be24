"""How alike two runs of lines are, from 0 to 1, white space at both ends of lines aside."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from webapp.artifacts.edits.line_diff import diff_lines

# A pair of lines beyond this is taken as different; comparing letters takes the square of it.
LONGEST_PAIR_CHARACTERS = 1_000


def likeness(ours: Sequence[str], theirs: Sequence[str], least: float) -> float:
    """The share of characters that both have, as `difflib` counts it, but line by line.

    Gives up with 0.0 as soon as it is clear that `least` is not reached.
    """
    mine, other = [line.strip() for line in ours], [line.strip() for line in theirs]
    total = sum(map(len, mine)) + sum(map(len, other))
    if total == 0:
        return 1.0
    lost = 0.0
    for change in diff_lines(mine, other):
        pairs = zip_longest(
            mine[change.start : change.stop], other[change.begin : change.end], fillvalue=""
        )
        for one, another in pairs:
            lost += (len(one) + len(another)) * (1.0 - _line_likeness(one, another))
            if lost > total * (1.0 - least) + 1e-9:
                return 0.0
    return 1.0 - lost / total


def _line_likeness(one: str, another: str) -> float:
    """What stands at both ends of both lines is set aside first; it is most of it as a rule."""
    total = len(one) + len(another)
    if not one or not another or total > LONGEST_PAIR_CHARACTERS:
        return 0.0
    head = _common_head(one, another)
    tail = _common_head(one[head:][::-1], another[head:][::-1])
    left, right = one[head : len(one) - tail], another[head : len(another) - tail]
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    return 2.0 * (head + tail + matched) / total


def _common_head(one: str, another: str) -> int:
    pairs = enumerate(zip(one, another, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(another)))

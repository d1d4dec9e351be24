"""Reading which page is meant. Pages count from 1; people and models write that in many ways."""

import json
import re
from collections.abc import Sequence

LAST = frozenset({"last", "end", "final", "the last", "the end", "at the end"})
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
)
_WORDS = {
    word: number
    for words in (_ORDINALS, _CARDINALS)
    for number, word in enumerate(words.split(" "), 1)
}
_NUMBER = re.compile(r"^([0-9]{1,9})(?:\.0*|st|nd|rd|th)?$")
_AROUND = re.compile(
    r"^(?:pages?|slides?|positions?|numbers?|no\.?|#|the)\s*|\s*(?:pages?|slides?)$"
)
_RANGE = re.compile(r"^(.+?)\s*(?:-|–|to|\.\.)\s*(.+)$")
_BETWEEN = re.compile(r"\s*(?:,|;|\band\b|&|\+)\s*")
MAX_NAMED = 500


class PositionRefused(Exception):
    """No page is meant; the text is a sentence that says what would be right."""


def parse_position(value: object, count: int) -> int:
    """A page from 1 to `count`. Numbers as text, `3.`, `third`, `#3`, `page 3` and `last` are
    understood.

    Raises PositionRefused for anything else, and for pages that are not there.
    """
    number = _number_of(value, count)
    if number is None:
        raise PositionRefused(f'"{_show(value)}" is not a page; write a number such as 3.')
    if not 1 <= number <= count:
        raise PositionRefused(_out_of_range(number, count))
    return number


def parse_place(value: object, count: int) -> int:
    """Where a new page is to stand, from 1 to `count` + 1; `last` is behind all others.

    Raises PositionRefused as `parse_position` does.
    """
    number = _number_of(value, count + 1)
    if number is None:
        sentence = f'"{_show(value)}" is not a place; write a number such as 3, or last.'
        raise PositionRefused(sentence)
    if not 1 <= number <= count + 1:
        there = f"The deck has {count} page{'' if count == 1 else 's'}"
        raise PositionRefused(f"{there}, so a new one can stand at 1 to {count + 1}, not {number}.")
    return number


def parse_positions(value: object, count: int) -> tuple[int, ...]:
    """Several pages in ascending order, each once: a list, `[1, 3]`, `1, 3 and 5`, `2-4`, `all`.

    Raises PositionRefused if there is none, or for any that is not there.
    """
    found: set[int] = set()
    for item in _items(value):
        if isinstance(item, str) and item.strip().lower() in ("all", "all pages", "every page"):
            found |= set(range(1, count + 1))
            continue
        span = _span(item)
        if span is None:
            found.add(parse_position(item, count))
            continue
        start, stop = (parse_position(end, count) for end in span)
        if start > stop:
            raise PositionRefused(f"{start} to {stop} goes backward; write the smaller one first.")
        found |= set(range(start, stop + 1))
    if not found:
        raise PositionRefused("No page is named; write numbers such as 2, 4.")
    return tuple(sorted(found))


def _span(item: object) -> tuple[str, str] | None:
    """Both ends of `2-4` or `2 to 4`; a minus at the beginning belongs to a number."""
    found = _RANGE.match(item.strip()) if isinstance(item, str) and item[:1] != "-" else None
    return (found.group(1), found.group(2)) if found else None


def _items(value: object) -> Sequence[object]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except ValueError:
                value = text.strip("[]")
        else:
            value = text
    if isinstance(value, str):
        value = [item for item in _BETWEEN.split(value) if item]
    items = list(value) if isinstance(value, list | tuple) else [value]
    if len(items) > MAX_NAMED:
        raise PositionRefused(f"More than {MAX_NAMED} pages at once are too many.")
    return items


def _number_of(value: object, last: int) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e9 else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = " ".join(value.strip().strip("\"'.").lower().split())
    if text in LAST:
        return last
    bare = _AROUND.sub("", _AROUND.sub("", text))
    if bare in LAST:
        return last
    number = _NUMBER.match(bare)
    if number:
        return int(number.group(1))
    if re.fullmatch(r"-[0-9]{1,9}(?:\.0*)?", bare):
        return int(float(bare))
    return _WORDS.get(bare)


def _out_of_range(number: int, count: int) -> str:
    if count == 0:
        return "The deck has no pages yet; insert one first."
    if count == 1:
        return f"There is no page {number}; the deck has 1 page."
    return f"There is no page {number}; the deck has pages 1 to {count}."


def _show(value: object) -> str:
    return str(value)[:40]

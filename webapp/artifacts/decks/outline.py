"""The outline of a deck: the titles that a model plans, one a line."""

import re

MAX_LINES = 400
LINE_CHARACTERS = 300
_NUMBER = re.compile(r"(\d{1,3})(?:[.):、．]|\s*/\s*\d+)\s*(?=\S)")


def read_outline(text: str) -> tuple[str, ...]:
    """The titles without empty lines, and without numbers where the lines are counted from 1.

    A number that does not count belongs to its title: "1984", "2. Bundesliga".
    """
    lines = [" ".join(line.split())[:LINE_CHARACTERS] for line in text.split("\n")]
    titles = [line for line in lines if line][:MAX_LINES]
    found = [_NUMBER.match(title) for title in titles]
    counted = [int(number[1]) for number in found if number]
    if counted != list(range(1, len(titles) + 1)):
        return tuple(titles)
    return tuple(
        title[number.end() :] for title, number in zip(titles, found, strict=True) if number
    )

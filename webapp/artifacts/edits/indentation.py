"""Indenting a replacement as the document is, where the block was indented otherwise."""

from collections.abc import Sequence


def reindent(
    replace: Sequence[str], search: Sequence[str], found: Sequence[str]
) -> tuple[str, ...]:
    """`replace` with the indentation that `found` has where `search` has another.

    A line is shifted as the searched line with the same indentation is, else as the one whose
    indentation its own begins with, else as the first.
    """
    shifts: dict[str, str] = {}
    for ours, theirs in zip(search, found, strict=False):
        if ours.strip() and theirs.strip() == ours.strip():
            shifts.setdefault(_indent(ours), _indent(theirs))
    if not shifts:
        return tuple(replace)
    return tuple(_shift(line, shifts) if line.strip() else line for line in replace)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shift(line: str, shifts: dict[str, str]) -> str:
    indent = _indent(line)
    begins = [known for known in shifts if indent.startswith(known)]
    if begins:
        known = max(begins, key=len)
        return shifts[known] + line[len(known) :]
    first, theirs = next(iter(shifts.items()))
    missing = len(first) - len(indent)
    return theirs[: max(0, len(theirs) - missing)] + line.lstrip()

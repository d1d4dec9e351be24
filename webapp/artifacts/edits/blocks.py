"""Reading an edit: blocks of SEARCH and REPLACE.

    <<<<<<< SEARCH
    old lines
    =======
    new lines
    >>>>>>> REPLACE

A delimiter counts at the start of a line only. Its run of signs is 7 or longer and of one length
within a block, so that a document with such lines can be edited by longer runs. What stands
between blocks (fences, remarks) is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from webapp.artifacts.edits.problems import EditProblem, EditRefused

MAX_BLOCKS = 200
_DELIMITER = re.compile(r"^(<{7,})\s*SEARCH\s*$|^(={7,})\s*$|^(>{7,})\s*REPLACE\s*$", re.IGNORECASE)


class _Sign(Enum):
    SEARCH = 1
    DIVIDER = 2
    REPLACE = 3


@dataclass(frozen=True, slots=True)
class EditBlock:
    """Lines to find, and lines to stand in their place; without their ends of line."""

    search: tuple[str, ...]
    replace: tuple[str, ...]


@dataclass(slots=True)
class _Open:
    """A block that is being read."""

    run: int
    line: int
    search: list[str]
    replace: list[str]
    is_divided: bool = False

    def close(self) -> EditBlock:
        return EditBlock(tuple(self.search), tuple(self.replace))


def parse_blocks(edits: str) -> tuple[EditBlock, ...]:
    """The blocks in order, the same one twice counted once.

    Raises EditRefused if there is none, if there are more than `MAX_BLOCKS`, or if one of them is
    not whole.
    """
    blocks = tuple(dict.fromkeys(_read(edits)))
    if not blocks:
        raise EditRefused(
            EditProblem.NO_BLOCKS,
            "There is no block. Write: <<<<<<< SEARCH, the old lines, =======, the new lines,"
            " >>>>>>> REPLACE, each delimiter on a line of its own.",
        )
    if len(blocks) > MAX_BLOCKS:
        sentence = f"More than {MAX_BLOCKS} blocks in one call; rewrite the document instead."
        raise EditRefused(EditProblem.TOO_MANY_BLOCKS, sentence)
    return blocks


def _read(edits: str) -> Iterator[EditBlock]:
    block: _Open | None = None
    for number, line in enumerate(edits.replace("\r\n", "\n").split("\n"), 1):
        sign, run = _sign_of(line)
        if block is None:
            block = _begin(sign, run, number)
        elif sign is None or run != block.run:
            (block.replace if block.is_divided else block.search).append(line)
        elif sign is _Sign.DIVIDER:
            _divide(block, number)
        elif sign is _Sign.SEARCH:
            raise _unterminated(block)
        else:
            yield _finish(block, number)
            block = None
    if block is not None:
        raise _unterminated(block)


def _sign_of(line: str) -> tuple[_Sign | None, int]:
    found = _DELIMITER.match(line)
    if found is None:
        return None, 0
    return _Sign(found.lastindex), len(found.group(found.lastindex or 0))


def _begin(sign: _Sign | None, run: int, number: int) -> _Open | None:
    if sign is _Sign.SEARCH:
        return _Open(run, number, [], [])
    if sign is not None:
        raise EditRefused(
            EditProblem.STRAY_DELIMITER,
            f"Line {number} of the edits is a delimiter outside of any block. If the document"
            " itself has such lines, use 8 or more signs in the three delimiters.",
        )
    return None


def _divide(block: _Open, number: int) -> None:
    if block.is_divided:
        raise EditRefused(
            EditProblem.DELIMITER_IN_CONTENT,
            f"Line {number} of the edits is a second ======= in one block. If the document itself"
            " has such a line, use 8 or more signs in the three delimiters.",
        )
    block.is_divided = True


def _finish(block: _Open, number: int) -> EditBlock:
    if not block.is_divided:
        raise EditRefused(
            EditProblem.MISSING_DIVIDER,
            f"The block that ends in line {number} of the edits has no ======= of"
            f" {block.run} signs between its old and its new lines.",
        )
    return block.close()


def _unterminated(block: _Open) -> EditRefused:
    end = ">" * block.run
    return EditRefused(
        EditProblem.UNTERMINATED_BLOCK,
        f"The block that begins in line {block.line} of the edits has no end: {end} REPLACE"
        " is missing.",
    )

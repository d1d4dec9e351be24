"""Applying an edit: every block finds its one place in the text as it is, or nothing changes."""

from dataclasses import dataclass
from itertools import pairwise

from webapp.artifacts.edits.blocks import EditBlock, parse_blocks
from webapp.artifacts.edits.elision import find_elision
from webapp.artifacts.edits.line_diff import count_changed
from webapp.artifacts.edits.lines import Lines
from webapp.artifacts.edits.matching import Ambiguous, Match, Tier, find_match
from webapp.artifacts.edits.nearest import find_nearest, show_lines
from webapp.artifacts.edits.problems import EditProblem, EditRefused, NumberedLine


@dataclass(frozen=True, slots=True)
class EditResult:
    """The new text. `changed_lines` counts lines that are new or gone, `flagged` the blocks
    (from 1) whose place was guessed from likeness."""

    content: str
    changed_lines: int
    flagged: tuple[int, ...] = ()


def apply_edits(content: str, edits: str) -> EditResult:
    """`content` with every block of `edits` applied.

    Raises EditRefused, in which case nothing is to be changed.
    """
    blocks = parse_blocks(edits)
    lines = Lines.of(content)
    if not content.strip():
        return _fill(content, blocks)
    _refuse_elision(blocks, content)
    matches = [_find(lines, number, block) for number, block in enumerate(blocks, 1)]
    _refuse_overlap(matches)
    result = _replace(lines, matches)
    if result == content:
        raise EditRefused(EditProblem.NO_CHANGE, "The new lines are the old lines.")
    flagged = tuple(number for number, match in enumerate(matches, 1) if match.tier is Tier.FUZZY)
    changed = sum(
        count_changed(lines.texts[match.start : match.stop], match.replace) for match in matches
    )
    return EditResult(result, changed, flagged)


def _fill(content: str, blocks: tuple[EditBlock, ...]) -> EditResult:
    """In an empty document there is nothing to find: one block without old lines fills it."""
    if len(blocks) > 1 or any(line.strip() for line in blocks[0].search):
        raise EditRefused(EditProblem.NOT_FOUND, "The document is empty.", block=1)
    filled = "\n".join(blocks[0].replace)
    if filled == content:
        raise EditRefused(EditProblem.NO_CHANGE, "The new lines are the old lines.")
    return EditResult(filled, len(blocks[0].replace))


def _refuse_elision(blocks: tuple[EditBlock, ...], content: str) -> None:
    for number, block in enumerate(blocks, 1):
        remark = find_elision("\n".join(block.replace), content)
        if remark is not None:
            raise EditRefused(EditProblem.ELIDED, elision_sentence(remark), block=number)


def elision_sentence(remark: str) -> str:
    """What to say about a remark that stands for text."""
    return (
        f'"{remark}" stands where text should be; what is not written out is lost. Write the whole'
        " text, or edit only the lines that change."
    )


def _find(lines: Lines, number: int, block: EditBlock) -> Match:
    if not any(block.search):
        sentence = "SEARCH is empty. Put the lines there that the new ones replace or stand beside."
        raise EditRefused(EditProblem.EMPTY_SEARCH, sentence, block=number)
    try:
        match = find_match(lines, block.search, block.replace)
    except Ambiguous as error:
        raise _ambiguous(lines, number, error.starts) from None
    if match is None:
        nearest = find_nearest(lines.texts, block.search)
        hint = " The nearest lines are:" if nearest else " Nothing there is like them."
        sentence = f"The lines of SEARCH are not in the document.{hint}"
        raise EditRefused(EditProblem.NOT_FOUND, sentence, block=number, nearest=nearest)
    return match


def _ambiguous(lines: Lines, number: int, starts: tuple[int, ...]) -> EditRefused:
    places = ", ".join(str(start + 1) for start in starts)
    nearest: tuple[NumberedLine, ...] = ()
    for start in starts:
        nearest += show_lines(lines.texts, start, start + 1)
    return EditRefused(
        EditProblem.AMBIGUOUS,
        f"The lines of SEARCH are there more than once (line {places})."
        " Add lines before or after them until only one place fits.",
        block=number,
        nearest=nearest,
    )


def _refuse_overlap(matches: list[Match]) -> None:
    order = sorted(range(len(matches)), key=lambda place: matches[place].start)
    for before, after in pairwise(order):
        if matches[after].start < matches[before].stop:
            first, second = sorted((before + 1, after + 1))
            raise EditRefused(
                EditProblem.OVERLAP,
                f"Blocks {first} and {second} change the same lines; make one block of them.",
                block=second,
            )


def _replace(lines: Lines, matches: list[Match]) -> str:
    pieces: list[str] = []
    done = 0
    for match in sorted(matches, key=lambda match: match.start):
        pieces.append(lines.text(done, match.start))
        pieces.append(_new_text(lines, match))
        done = match.stop
    pieces.append(lines.text(done))
    return "".join(pieces)


def _new_text(lines: Lines, match: Match) -> str:
    """The new lines; those at the place of an equal old line keep its end of line."""
    old = lines.texts[match.start : match.stop]
    if len(old) == len(match.replace):
        ends = lines.ends[match.start : match.stop]
        return "".join(line + end for line, end in zip(match.replace, ends, strict=True))
    return lines.ended(match.replace, match.stop)

"""Why an edit is refused: a closed code, a sentence for whoever wrote it, and the nearest lines."""

from dataclasses import dataclass
from enum import StrEnum


class EditProblem(StrEnum):
    """What is wrong with an edit. The whole call is refused for any of them."""

    NO_BLOCKS = "no_blocks"
    TOO_MANY_BLOCKS = "too_many_blocks"
    UNTERMINATED_BLOCK = "unterminated_block"
    MISSING_DIVIDER = "missing_divider"
    STRAY_DELIMITER = "stray_delimiter"
    DELIMITER_IN_CONTENT = "delimiter_in_content"
    EMPTY_SEARCH = "empty_search"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    OVERLAP = "overlap"
    NO_CHANGE = "no_change"
    ELIDED = "elided"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line of the document with its number, counted from 1."""

    number: int
    text: str


class EditRefused(Exception):
    """Nothing was changed. `block` counts from 1 (0: the edit as a whole); `nearest` are lines of
    the document that come closest to what was searched."""

    def __init__(
        self,
        problem: EditProblem,
        sentence: str,
        *,
        block: int = 0,
        nearest: tuple[NumberedLine, ...] = (),
    ) -> None:
        self.problem = problem
        self.sentence = sentence
        self.block = block
        self.nearest = nearest
        super().__init__(self.report())

    def report(self) -> str:
        """The sentence, and below it the nearest lines as `12| text`."""
        place = f"Block {self.block}: " if self.block else ""
        lines = [f"{line.number}| {line.text}" for line in self.nearest]
        return "\n".join([place + self.sentence, *lines])

"""A text as lines that know their own endings, so that what is not changed stays byte for byte."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Lines:
    """`texts` without their ends of line, `ends` being `\\n`, `\\r\\n`, or empty for a last line
    that has none. Other breaks (form feed, U+2028 …) belong to the texts."""

    texts: tuple[str, ...]
    ends: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Lines":
        """The lines of `text`; an empty text has none."""
        pieces = text.split("\n")
        last = pieces.pop()
        texts = [piece.removesuffix("\r") for piece in pieces]
        ends = ["\r\n" if piece.endswith("\r") else "\n" for piece in pieces]
        if last:
            texts.append(last)
            ends.append("")
        return cls(tuple(texts), tuple(ends))

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def newline(self) -> str:
        """How most lines end; what new lines get."""
        return "\r\n" if self.ends.count("\r\n") > self.ends.count("\n") else "\n"

    def text(self, start: int = 0, stop: int | None = None) -> str:
        """The lines from `start` up to `stop` as they stand in the document."""
        pairs = zip(self.texts[start:stop], self.ends[start:stop], strict=True)
        return "".join(line + end for line, end in pairs)

    def ended(self, new: tuple[str, ...], stop: int) -> str:
        """`new` lines in place of lines that end before `stop`: the last of them ends as the
        last that it replaces, the others as most lines do."""
        if not new:
            return ""
        is_end = stop == len(self) and stop > 0
        last = self.ends[stop - 1] if is_end else self.newline
        return self.newline.join(new) + last

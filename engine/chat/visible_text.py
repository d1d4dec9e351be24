"""What of a run of text is shown: no blank lines before it, nothing from a stop string on."""


class LeadingBlankLines:
    """Drops the blank lines at the beginning of a run of text; indentation stays.

    The model writes a newline after each tag; a run that is only white space is no text at all.
    """

    def __init__(self) -> None:
        self._held: str | None = ""

    def push(self, text: str) -> str:
        """The part of `text` that is shown now."""
        if self._held is None:
            return text
        self._held += text
        content = self._held.lstrip()
        if not content:
            return ""
        indentation = self._held[: len(self._held) - len(content)].rpartition("\n")[2]
        self._held = None
        return indentation + content

    @property
    def has_begun(self) -> bool:
        """Whether anything was shown."""
        return self._held is None


class StopStrings:
    """Finds the first of several strings in streamed text, also across pieces."""

    def __init__(self, strings: tuple[str, ...]) -> None:
        self._strings = tuple(string for string in strings if string)
        self._held = ""
        self.found = False

    def push(self, text: str) -> str:
        """The text that surely stands before a stop string; the rest waits for more."""
        if not self._strings:
            return text
        self._held += text
        positions = [at for at in map(self._held.find, self._strings) if at >= 0]
        if positions:
            self.found = True
            before, self._held = self._held[: min(positions)], ""
            return before
        kept = self._held_length()
        shown, self._held = self._held[: len(self._held) - kept], self._held[-kept:] * (kept > 0)
        return shown

    def flush(self) -> str:
        """The text that waited for the rest of a stop string which did not come."""
        text, self._held = self._held, ""
        return text

    def _held_length(self) -> int:
        """Length of the longest end of the text that begins a stop string."""
        longest = max(map(len, self._strings)) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            ending = self._held[-length:]
            if any(string.startswith(ending) for string in self._strings):
                return length
        return 0

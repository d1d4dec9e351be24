"""A conversation's title from its first message."""

TITLE_CHARACTERS = 60
TITLE_MAX_CHARACTERS = 200
UNTITLED = "New chat"


def title_from_text(text: str) -> str:
    """The first words of the first line with any, at most `TITLE_CHARACTERS` long."""
    words = next((line.split() for line in text.splitlines() if line.strip()), [])
    title = " ".join(words)
    if len(title) <= TITLE_CHARACTERS:
        return title or UNTITLED
    cut = title[:TITLE_CHARACTERS].rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.-") + "…"

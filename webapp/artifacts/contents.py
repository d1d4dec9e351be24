"""A text before it is stored: whether it can be kept, and as what."""

import hashlib
import re
from dataclasses import dataclass

from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind
from webapp.shelf.rewriting import rewrite

MAX_CONTENT_BYTES = 2 * 1024 * 1024
_STUB = re.compile(
    r"^\[(?:[^\[\]\n]{1,200}(?: version \d+|, unfinished)|left out; [^\[\]\n]{1,60})\]$"
)


@dataclass(frozen=True, slots=True)
class PreparedContent:
    """The text as it is kept; `report` are lines for its author about what became of it."""

    text: str
    report: str = ""

    @property
    def sha256(self) -> str:
        """The name of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def prepare_content(kind: ArtifactKind, text: str) -> PreparedContent:
    """The text as it will stand in the version: its addresses lead to the library shelf.

    Raises InvalidInput with a sentence if it is empty, too large, or no text at all, or if it is
    one of the stubs that stand for texts in earlier messages.
    """
    if not text.strip():
        raise InvalidInput(message="The document is empty.")
    if _STUB.match(text.strip()):
        raise InvalidInput(message="This only names a document; write the whole document out.")
    if text.lstrip().startswith("<<<<<<< SEARCH"):
        raise InvalidInput(message="These are edits, not a document; call the tool that edits.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(message="The document holds characters that are no text.")
    if len(text.encode()) > MAX_CONTENT_BYTES:
        raise InvalidInput(message="The document is larger than 2 MB.")
    shelved = rewrite(kind.value, text)
    return PreparedContent(shelved.content, shelved.report)

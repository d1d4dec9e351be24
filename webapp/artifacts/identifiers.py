"""Names of artifacts: the model's identifier made safe, the id it leads to, a file name."""

import re
from uuid import UUID, uuid5

from webapp.core.events import ArtifactKind
from webapp.core.storable import storable_text

IDENTIFIER_CHARACTERS = 64
TITLE_CHARACTERS = 200
EXTENSIONS = {
    ArtifactKind.HTML: "html",
    ArtifactKind.SVG: "svg",
    ArtifactKind.POSTER: "html",
    ArtifactKind.MARKDOWN: "md",
    ArtifactKind.MERMAID: "mmd",
    ArtifactKind.CODE: "txt",
    ArtifactKind.DECK: "html",
}


def normalize_identifier(text: str) -> str:
    """Kebab case of what the model wrote: `a-z`, `0-9` and single hyphens; may be empty."""
    kebab = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return kebab[:IDENTIFIER_CHARACTERS].strip("-")


def normalize_title(text: str, identifier: str) -> str:
    """The title on one line, or the identifier where the model gave none."""
    return " ".join(storable_text(text).split())[:TITLE_CHARACTERS] or identifier


def artifact_id(conversation_id: UUID, identifier: str) -> UUID:
    """The id of the artifact with this identifier, the same before and after it is stored."""
    return uuid5(conversation_id, f"artifact/{identifier}")


def file_name(title: str, identifier: str, kind: ArtifactKind) -> str:
    """A name that no file system and no header misreads, made by us from the title."""
    stem = normalize_identifier(title) or normalize_identifier(identifier) or "artifact"
    return f"{stem}.{EXTENSIONS[kind]}"

"""The broken and good documents: what each is, and what must be found in it."""

import re
from dataclasses import dataclass
from pathlib import Path

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.documents import to_document
from webapp.artifacts.poster_size import parse_size
from webapp.core.events import ArtifactKind
from webapp.rendering.check.target import CheckTarget, deck_page, poster, window

FOLDER = Path(__file__).with_name("documents")
_HEADER = re.compile(r"\A<!-- kind: (\w+)( [^|]+?)?(?: \| find: (.+?))? -->\n")


@dataclass(frozen=True)
class Sample:
    """A document with its header read: `expected` holds codes with the element's path or ''."""

    name: str
    document: str
    target: CheckTarget
    expected: tuple[tuple[str, str], ...]


def list_samples(folder: str) -> list[Sample]:
    """All documents of `broken` or `good`."""
    return [_read_sample(path) for path in sorted((FOLDER / folder).iterdir())]


def make_sample(name: str, kind: ArtifactKind, content: str) -> Sample:
    """A good one that is made by code."""
    document = to_document(kind, content, VersionAttributes())
    return Sample(name, document, window(kind), ())


def _read_sample(path: Path) -> Sample:
    text = path.read_text("utf-8")
    header = _HEADER.match(text)
    assert header is not None, f"{path.name} says not what it is"
    kind, size, finds = ArtifactKind(header[1]), (header[2] or "").strip() or None, header[3] or ""
    attributes = VersionAttributes(size=size)
    # The header is left out, so that lines and openings are those of what a model writes.
    document = to_document(kind, text[header.end() :], attributes)
    expected = tuple(_split(find) for find in finds.split(";") if find.strip())
    return Sample(path.name, document, _target(kind, size), expected)


def _target(kind: ArtifactKind, size: str | None) -> CheckTarget:
    if kind is ArtifactKind.DECK:
        return deck_page("0a1b2c3d")
    return poster(parse_size(size or "A4")) if kind is ArtifactKind.POSTER else window(kind)


def _split(find: str) -> tuple[str, str]:
    code, _, element = find.strip().partition(" ")
    return code, element

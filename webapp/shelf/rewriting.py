"""Addresses in a made document, led to the shelf: known ones replaced, unknown ones told.

Pure. Looks at scripts (their source and what they import), styles (links, imports, fonts), import
maps and pictures. Everything else of the document stays byte for byte as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from webapp.shelf.catalog import Catalog, read_catalog
from webapp.shelf.edits import apply_replacements
from webapp.shelf.import_maps import is_import_map, place_import_map, read_import_map
from webapp.shelf.markup import scan_tags
from webapp.shelf.reading import Reading
from webapp.shelf.tags import rewrite_tag

# Kinds whose content is markup; the others name no addresses that a browser would follow.
MARKUP_KINDS = frozenset(("html", "svg", "poster", "deck"))

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class ReplacedAddress:
    """`address` leads to `target` now."""

    address: str
    target: str


@dataclass(frozen=True, slots=True)
class UnknownAddress:
    """`address`, used as `place`, leads nowhere; `sentence` names what to do instead."""

    address: str
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The document as it is kept, and what was found in it, each address once."""

    content: str
    replaced: tuple[ReplacedAddress, ...] = ()
    unknown: tuple[UnknownAddress, ...] = ()

    @property
    def report(self) -> str:
        """Lines for the model, empty if there is nothing to tell."""
        lines = [f"From the shelf: {one.address} is now {one.target}." for one in self.replaced]
        lines += [
            f"Not available ({one.place}): {one.address}. {one.sentence}" for one in self.unknown
        ]
        return "\n".join(lines)


def rewrite(kind: str, content: str, catalog: Catalog | None = None) -> Rewritten:
    """The document with every address led to the shelf as far as it can be.

    Rewriting what was rewritten changes nothing.
    """
    if kind not in MARKUP_KINDS:
        return Rewritten(content)
    reading = Reading(catalog or read_catalog())
    written, first_script = None, None
    for tag in scan_tags(content):
        if tag.name == "script" and first_script is None:
            first_script = tag.start
        if not is_import_map(tag):
            rewrite_tag(reading, content, tag)
        elif written is None:
            written = read_import_map(reading, content, tag)
    place_import_map(reading, content, written, first_script)
    return Rewritten(
        apply_replacements(content, reading.replacements),
        tuple(_once(ReplacedAddress(*pair) for pair in reading.replaced)),
        tuple(_once(UnknownAddress(*three) for three in reading.unknown)),
    )


def _once(found: Iterable[Told]) -> list[Told]:
    return list(dict.fromkeys(found))

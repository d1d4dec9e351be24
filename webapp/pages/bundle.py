"""What the front end's build says must be loaded: the reader of Vite's manifest."""

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

STATIC_URL = "/static/"
ENTRY = "src/main.ts"
FONTS = "src/styles/fonts.css"


class NotBuilt(Exception):
    """There is no usable build of the front end."""


class _Chunk(BaseModel):
    """One entry of the manifest (the fields of https://vite.dev/guide/backend-integration)."""

    file: str
    css: list[str] = Field(default_factory=list)
    imports: list[str] = Field(default_factory=list)


_MANIFEST = TypeAdapter(dict[str, _Chunk])


@dataclass(frozen=True, slots=True)
class Bundle:
    """Addresses of the page's script, of its style sheets in the order of the cascade (what a chunk
    imports comes before its own, as in the pages that Vite itself writes), and of the modules it
    imports."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


def read_bundle(dist: Path, entry: str = ENTRY) -> Bundle:
    """The bundle of `entry` in the build at `dist`. Raises NotBuilt."""
    chunks = _read_chunks(dist, entry)
    first = chunks[entry]
    try:
        imported = _imported_chunks(chunks, entry)
    except KeyError as error:
        raise NotBuilt(str(dist)) from error
    styles = dict.fromkeys(css for chunk in (*imported, first) for css in chunk.css)
    return Bundle(
        script=STATIC_URL + first.file,
        styles=tuple(STATIC_URL + css for css in styles),
        preloads=tuple(STATIC_URL + chunk.file for chunk in imported),
    )


def find_stylesheet(dist: Path, entry: str) -> str:
    """The address of a style sheet that is an entry of the build. Raises NotBuilt."""
    return STATIC_URL + _read_chunks(dist, entry)[entry].file


def _read_chunks(dist: Path, entry: str) -> dict[str, _Chunk]:
    try:
        chunks = _MANIFEST.validate_python(json.loads((dist / ".vite/manifest.json").read_bytes()))
    except (OSError, ValueError, ValidationError) as error:
        raise NotBuilt(str(dist)) from error
    if entry not in chunks:
        raise NotBuilt(str(dist))
    return chunks


def _imported_chunks(chunks: dict[str, _Chunk], entry: str) -> list[_Chunk]:
    """What `entry` imports at once, directly or not: each chunk once, after what it imports."""
    found: dict[str, _Chunk] = {}
    seen = {entry}

    def visit(name: str) -> None:
        for imported in chunks[name].imports:
            if imported not in seen:
                seen.add(imported)
                visit(imported)
                found[imported] = chunks[imported]

    visit(entry)
    return list(found.values())

"""The import map of a document: its own is led to the shelf and completed, or one is put in."""

import json
import re
from dataclasses import dataclass

from webapp.shelf.markup import Tag
from webapp.shelf.reading import Reading
from webapp.shelf.resolving import Use

_OPENING = re.compile(r"<(?:head|html)(?:\s[^>]{0,500})?>|<!doctype[^>]{0,500}>", re.IGNORECASE)
# Further down there is no head; looking there would only cost time.
_OPENING_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class WrittenMap:
    """An import map that the document has; `imports` leads to the shelf already."""

    tag: Tag
    imports: dict[str, str]
    rest: dict[str, object]
    changed: bool


def is_import_map(tag: Tag) -> bool:
    """True for the script that carries an import map."""
    return tag.name == "script" and tag.value("type").strip().lower() == "importmap"


def read_import_map(reading: Reading, content: str, tag: Tag) -> WrittenMap | None:
    """The document's own map, or None if it is none that a browser would take."""
    try:
        written = json.loads(content[tag.text_start : tag.text_end])
    except (ValueError, RecursionError):
        return None
    imports = written.get("imports", {}) if isinstance(written, dict) else None
    if not isinstance(imports, dict):
        return None
    led = {name: _lead(reading, name, value) for name, value in imports.items()}
    rest = {name: value for name, value in written.items() if name != "imports"}
    # Hashes of files that are no longer loaded.
    had_hashes = rest.pop("integrity", None) is not None
    changed = had_hashes or led != imports
    texts = {name: value for name, value in led.items() if isinstance(value, str)}
    return WrittenMap(tag, texts, rest, changed)


def place_import_map(
    reading: Reading, content: str, written: WrittenMap | None, first_script: int | None
) -> None:
    """Writes what the modules of the document need, before its first script."""
    own = written.imports if written else {}
    missing = {name: to for name, to in reading.needed_imports().items() if name not in own}
    if written is not None:
        if missing or written.changed:
            completed = {"imports": {**own, **missing}, **written.rest}
            reading.replace(written.tag.text_start, written.tag.text_end, f"\n{dump(completed)}\n")
    elif missing:
        place = _map_place(content, first_script)
        reading.replace(place, place, f"{map_element({'imports': missing})}\n")


def map_element(import_map: dict[str, object]) -> str:
    """The element that carries an import map."""
    return f'<script type="importmap">\n{dump(import_map)}\n</script>'


def dump(import_map: dict[str, object]) -> str:
    """The map as JSON that cannot end its element."""
    return json.dumps(import_map, indent=1, ensure_ascii=False).replace("<", "\\u003c")


def _lead(reading: Reading, name: object, value: object) -> object:
    if not isinstance(value, str):
        return value
    targets = reading.lead(value, Use.MODULE)
    if not targets:
        return value
    # A name that ends with a slash must lead to a folder.
    is_folder = isinstance(name, str) and name.endswith("/")
    return value if is_folder and not targets[0].endswith("/") else targets[0]


def _map_place(content: str, first_script: int | None) -> int:
    if first_script is not None:
        return first_script
    openings = list(_OPENING.finditer(content, 0, _OPENING_CHARACTERS))
    return openings[-1].end() if openings else 0

"""The built shelf on disk: which file an address of it means, and its bytes."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from webapp.core.environment import PROJECT_ROOT
from webapp.shelf.catalog import Catalog, read_catalog

SHELF_FOLDER = PROJECT_ROOT / "frontend" / "shelf" / "dist"
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
# No segment begins with a dot, so no address leads out of the folder or to a hidden file.
_ADDRESS = re.compile(
    r"/lib/(?:(?P<name>[a-z0-9][a-z0-9.-]*)(?:@(?P<version>[0-9A-Za-z.-]+))?/)?"
    r"(?P<file>(?:[A-Za-z0-9_][\w.-]*/)*[A-Za-z0-9_][\w.-]*)"
)


@dataclass(frozen=True, slots=True)
class ShelfFile:
    """A file of the shelf. `exact` says that the address names just this version of it."""

    path: Path
    content_type: str
    exact: bool


class Shelf:
    """The files under one folder, by address."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self._folder = folder
        self._catalog = catalog

    @property
    def is_built(self) -> bool:
        """True if there is anything on it."""
        return self._folder.is_dir()

    def find(self, address: str) -> ShelfFile | None:
        """The file that `address` (a path that begins with /lib/) means, or None.

        A version that is no longer on the shelf means the one that is: what was made with an
        older one goes on working.
        """
        named = _ADDRESS.fullmatch(address)
        if named is None:
            return None
        folder = self._catalog.find_folder(named["name"]) if named["name"] else ""
        if folder is None:
            return None
        path = self._folder / folder / named["file"]
        content_type = CONTENT_TYPES.get(path.suffix)
        if content_type is None or not path.is_file():
            return None
        exact = folder == f"{named['name']}@{named['version']}"
        return ShelfFile(path, content_type, exact)


@cache
def built_shelf() -> Shelf:
    """The shelf of this installation."""
    return Shelf(SHELF_FOLDER, read_catalog())


def library_file(path: str) -> bytes | None:
    """The bytes of the shelf's file at `path` (`/lib/…`), or None."""
    found = built_shelf().find(path)
    return found.path.read_bytes() if found else None

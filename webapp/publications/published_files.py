"""The files of publications, from which the artifact origin serves without a database.

One folder for each under `ATELIER_HOME/published/`: `publication.json` says what it is, and
`1.txt`, `2.txt` … are the documents of its pages in order.
"""

import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

SLUG = re.compile(r"[A-Za-z0-9_-]{32}")
_FACTS = "publication.json"


class PublishedFacts(BaseModel):
    """What the page around a publication knows. Sizes in CSS pixels, None where the document
    fills the window."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    kind: str
    pages: tuple[str, ...]
    width: float | None = None
    height: float | None = None
    is_listed: bool
    remix: str


class PublishedFiles:
    """Writes, reads and removes the folders below `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def write(self, slug: str, facts: PublishedFacts, documents: Sequence[str]) -> None:
        """Puts the publication there, whole, in the place of what stood there."""
        self._home.mkdir(parents=True, exist_ok=True)
        coming = self._home / f".{slug}-{secrets.token_hex(4)}"
        coming.mkdir()
        (coming / _FACTS).write_text(facts.model_dump_json(), "utf-8")
        for number, document in enumerate(documents, start=1):
            (coming / f"{number}.txt").write_text(document, "utf-8", newline="")
        self.remove(slug)
        coming.rename(self._home / slug)

    def remove(self, slug: str) -> None:
        """Takes the publication away; when this returns, nobody is served it any more."""
        folder = self._home / slug
        leaving = self._home / f".{slug}-{secrets.token_hex(4)}"
        try:
            # Renaming takes all of it away at once.
            folder.rename(leaving)
        except FileNotFoundError:
            return
        shutil.rmtree(leaving, ignore_errors=True)

    def list_slugs(self, older_than_seconds: float) -> list[str]:
        """What has been there for longer."""
        if not self._home.is_dir():
            return []
        before = time.time() - older_than_seconds
        folders = [path for path in self._home.iterdir() if SLUG.fullmatch(path.name)]
        return [path.name for path in folders if path.stat().st_mtime < before]

    def read_facts(self, slug: str) -> PublishedFacts | None:
        """What the publication is, or None if there is none of this slug."""
        content = self._read(slug, _FACTS)
        return None if content is None else PublishedFacts.model_validate_json(content)

    def read_page(self, slug: str, number: int) -> bytes | None:
        """The document of a page, counted from 1, or None."""
        return self._read(slug, f"{number}.txt")

    def _read(self, slug: str, name: str) -> bytes | None:
        if not SLUG.fullmatch(slug):
            return None
        try:
            return (self._home / slug / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

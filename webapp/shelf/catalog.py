"""What stands on the shelf: libraries and fonts by version, read once from catalog.json.

The file lies beside the recipes that build the shelf (`frontend/shelf/`), so that one list says
what is built, what is found and what the model is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from webapp.core.environment import PROJECT_ROOT

CATALOG_FILE = PROJECT_ROOT / "frontend" / "shelf" / "catalog.json"
LIB = "/lib/"
WRITINGS = "noto-sans-cjk"


def slug_of(name: str) -> str:
    """`Bebas Neue` → `bebas-neue`; the build makes the same of a family's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _compiles(pattern: str) -> str:
    re.compile(pattern)
    return pattern


class Writing(StrEnum):
    """An East Asian writing, by its code in ISO 15924; each draws the ideographs its own way."""

    HANS = "hans"
    HANT = "hant"
    JPAN = "jpan"
    KORE = "kore"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    package: str
    version: str
    license: str


class PathRule(BaseModel):
    """A path within a published package, and the file of the shelf that takes its place. `$1` in
    `file` is what the first group matched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: Annotated[str, AfterValidator(_compiles)]
    file: str

    def file_for(self, path: str) -> str | None:
        """The file that stands for `path`, or None."""
        found = re.fullmatch(self.match, path)
        if found is None:
            return None
        return self.file.replace("$1", found[1]) if "$1" in self.file else self.file


class Library(_Entry):
    """A library: what imports, scripts and styles of it lead to. `use` is a line for the model,
    `requires` names libraries whose modules its own import."""

    name: str
    use: str
    known_as: tuple[str, ...]
    imports: Mapping[str, str]
    requires: tuple[str, ...] = ()
    module: str | None = None
    script: str | None = None
    style: str | None = None
    global_name: str | None = Field(default=None, alias="global")
    paths: tuple[PathRule, ...]

    @property
    def folder(self) -> str:
        """The name of its folder on the shelf."""
        return f"{self.name}@{self.version}"

    def address(self, file: str) -> str:
        """The address of one of its files."""
        return f"{LIB}{self.folder}/{file}"

    @property
    def files(self) -> frozenset[str]:
        """The files of it that the catalog names."""
        mains = (self.script, self.module, self.style)
        rules = (rule.file for rule in self.paths if "$1" not in rule.file)
        return frozenset(file for file in (*mains, *self.imports.values(), *rules) if file)

    def import_map(self) -> dict[str, str]:
        """The bare names of the library and the addresses they lead to."""
        return {name: self.address(file) for name, file in self.imports.items()}


class Font(_Entry):
    """A font family, and the families whose place it takes under their own names. `writing` is the
    one that it is made for, where it is one of East Asia."""

    family: str
    slug: str
    look: str
    writing: Writing | None = None
    stands_for: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The name of its folder on the shelf."""
        return f"{self.slug}@{self.version}"

    def style_for(self, family: str) -> str:
        """The address of the style that defines `family` with this font."""
        is_own = slug_of(family) == self.slug
        return f"{LIB}{self.folder}/{self.slug if is_own else 'as-' + slug_of(family)}.css"


@dataclass(frozen=True, slots=True)
class WritingFont:
    """The family that draws every East Asian character, in the way of one writing; `style` is the
    address that defines it. It has no other characters, and so disturbs no other font."""

    family: str
    style: str


class Catalog(BaseModel):
    """The whole shelf. `instead` names what to use where a well-known library is not on it."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    libraries: tuple[Library, ...]
    fonts: tuple[Font, ...]
    instead: Mapping[str, str]

    @cached_property
    def _by_name(self) -> dict[str, Library]:
        pairs = ((name, one) for one in self.libraries for name in (*one.known_as, one.name))
        return {name.lower(): library for name, library in pairs}

    @cached_property
    def _by_family(self) -> dict[str, Font]:
        pairs = ((name, one) for one in self.fonts for name in (*one.stands_for, one.family))
        return {slug_of(name): font for name, font in pairs}

    def find_library(self, name: str) -> Library | None:
        """The library that a package, CDN or person calls `name`."""
        return self._by_name.get(name.lower())

    def script(self, name: str) -> str:
        """The address of the library's script. Raises LookupError if there is none."""
        library = self.find_library(name)
        if library is None or library.script is None:
            raise LookupError(name)
        return library.address(library.script)

    def find_font(self, family: str) -> Font | None:
        """The font that shows `family`: the family itself, or what takes its place."""
        return self._by_family.get(slug_of(family.strip()))

    def writing_font(self, writing: Writing) -> WritingFont:
        """The font for a document in this writing. Raises LookupError if there is none."""
        font = next((one for one in self.fonts if one.writing is writing), None)
        if font is None:
            raise LookupError(writing)
        family = font.family.replace("Noto Sans ", "Noto Sans CJK ")
        return WritingFont(family, f"{LIB}{self._writings_folder}/{writing}.css")

    @property
    def _writings_folder(self) -> str:
        """Named after what it is made of, as the build does."""
        versions = {one.version for one in self.fonts if one.writing is not None}
        return f"{WRITINGS}@{'-'.join(sorted(versions))}"

    def find_folder(self, name: str) -> str | None:
        """The folder of the library or font `name`, whatever its version is now."""
        entries = {**{one.name: one.folder for one in self.libraries}}
        entries |= {one.slug: one.folder for one in self.fonts}
        entries[WRITINGS] = self._writings_folder
        return entries.get(name)

    def import_map(self) -> dict[str, str]:
        """Every bare name on the shelf with its address."""
        return {
            name: address
            for library in self.libraries
            for name, address in library.import_map().items()
        }


@cache
def read_catalog(path: Path = CATALOG_FILE) -> Catalog:
    """The catalog in `path`. Raises pydantic's ValidationError for a faulty one."""
    return Catalog.model_validate_json(path.read_bytes())

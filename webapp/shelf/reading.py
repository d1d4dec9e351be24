"""What has been found in one document so far: replacements, imports, and what to tell of it."""

from dataclasses import dataclass, field

from webapp.shelf.addresses import is_outside
from webapp.shelf.catalog import LIB, Catalog
from webapp.shelf.edits import Replacement
from webapp.shelf.resolving import Found, Use, resolve_address, resolve_import


@dataclass(slots=True)
class Reading:
    """Collects while a document is read.

    `imports` are the bare names that it imports, `modules` the files of the shelf that it imports
    by address.
    """

    catalog: Catalog
    replacements: list[Replacement] = field(default_factory=list)
    replaced: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str, str]] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)

    def lead(self, address: str, use: Use) -> tuple[str, ...]:
        """The addresses on the shelf that take the place of `address`; empty if it stays."""
        written = address.strip()
        if not is_outside(address) and not written.startswith(LIB):
            return ()
        found = resolve_address(self.catalog, address, use)
        if not isinstance(found, Found):
            self.unknown.append((written, use.value, found.sentence))
            return ()
        if use is Use.MODULE:
            self.modules.append(found.targets[0])
        if found.targets == (address,):
            return ()
        self.replaced += [(written, target) for target in found.targets]
        return found.targets

    def note_import(self, specifier: str) -> None:
        """Notes the import of a bare name."""
        found = resolve_import(self.catalog, specifier)
        if isinstance(found, Found):
            self.imports[specifier] = found.targets[0]
        else:
            self.unknown.append((specifier, Use.MODULE.value, found.sentence))

    def replace(self, start: int, end: int, text: str) -> None:
        """Notes that `text` shall stand there."""
        self.replacements.append(Replacement(start, end, text))

    def needed_imports(self) -> dict[str, str]:
        """The bare names of the document, and those that the modules it uses import in turn."""
        targets = {*self.imports.values(), *self.modules}
        folders = {target.split("/")[2] for target in targets if target.startswith(LIB)}
        used = [library for library in self.catalog.libraries if library.folder in folders]
        names = [name for library in used for name in library.requires]
        required = [self.catalog.find_library(name) for name in names]
        needed = dict(self.imports)
        for library in (*used, *(one for one in required if one is not None)):
            needed = {**library.import_map(), **needed}
        return {name: to for name, to in sorted(needed.items()) if not _is_covered(name, needed)}


def _is_covered(name: str, imports: dict[str, str]) -> bool:
    """True if an entry for a whole folder leads `name` to the same file."""
    folder = name.rpartition("/")[0]
    while folder:
        if f"{folder}/" in imports and name != f"{folder}/":
            return True
        folder = folder.rpartition("/")[0]
    return False

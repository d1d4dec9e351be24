"""From an address or a bare import to the files of the shelf, or to a sentence that helps."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from webapp.shelf.addresses import (
    Elsewhere,
    FontFamilies,
    PackageFile,
    clean_address,
    parse_address,
    parse_package,
)
from webapp.shelf.catalog import LIB, Catalog, Library

NO_NETWORK = "There is no network"
_OWN = re.compile(r"/lib/(?P<name>[^/@]+)(?:@[^/]*)?(?:/(?P<path>.*))?")


class Use(Enum):
    """How a document uses an address."""

    SCRIPT = "script"
    MODULE = "import"
    STYLE = "style"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Found:
    """Addresses on the shelf; more than one only for a style of several fonts."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """It does not exist here; `sentence` names the nearest thing that does."""

    sentence: str


def resolve_address(catalog: Catalog, text: str, use: Use) -> Found | Missing:
    """Where an outside address, or one of the shelf under another version, leads."""
    own = _OWN.fullmatch(clean_address(text))
    if own is not None:
        return _resolve_own(catalog, own["name"], (own["path"] or "").partition("?")[0], use)
    match parse_address(text):
        case FontFamilies(families) if use is Use.STYLE:
            return _resolve_fonts(catalog, families)
        case PackageFile() as wanted if use is not Use.PICTURE:
            return _resolve_file(catalog, wanted, use)
        case PackageFile() | FontFamilies() | Elsewhere():
            return Missing(_advice(use))


def resolve_import(catalog: Catalog, specifier: str) -> Found | Missing:
    """Where the bare import `specifier` leads."""
    exact = catalog.import_map().get(specifier)
    if exact is not None:
        return Found((exact,))
    return _resolve_file(catalog, parse_package(specifier), Use.MODULE)


def _resolve_own(catalog: Catalog, name: str, path: str, use: Use) -> Found | Missing:
    """An address of the shelf as a model writes it: another version, or a name that CDNs use."""
    font = next((one for one in catalog.fonts if one.slug == name), None)
    if font is not None:
        is_there = path.startswith(("as-", "files/"))
        return Found((f"{LIB}{font.folder}/{path if is_there else f'{name}.css'}",))
    library = catalog.find_library(name)
    if library is not None and path in library.files:
        return Found((library.address(path),))
    return _resolve_file(catalog, PackageFile(name, path), use)


def _resolve_file(catalog: Catalog, wanted: PackageFile, use: Use) -> Found | Missing:
    library = catalog.find_library(wanted.package)
    if library is None:
        return _unknown_package(catalog, wanted.package)
    file = _file_of(library, wanted.path, use)
    if file is not None:
        return Found((library.address(file),))
    return Missing(f"{library.name} is on the shelf, but not this file of it. {_how(library)}")


def _file_of(library: Library, path: str, use: Use) -> str | None:
    mains = {Use.SCRIPT: library.script, Use.MODULE: library.module, Use.STYLE: library.style}
    main = mains.get(use)
    if not path or path == "index.js":
        return main
    for rule in library.paths:
        file = rule.file_for(path)
        if file is not None:
            return _fitting(library, file, use)
    return None


def _fitting(library: Library, file: str, use: Use) -> str | None:
    """The file, or its sister where the document imports a script or includes a module."""
    if (use is Use.STYLE) != file.endswith((".css", ".woff2")):
        return None
    if use is Use.MODULE and file == library.script:
        return library.module
    if use is Use.SCRIPT and file == library.module:
        return library.script
    return file


def _resolve_fonts(catalog: Catalog, families: tuple[str, ...]) -> Found | Missing:
    fonts = {family: catalog.find_font(family) for family in families}
    missing = [family for family, font in fonts.items() if font is None]
    targets = [font.style_for(family) for family, font in fonts.items() if font is not None]
    if missing or not targets:
        what = " and ".join(missing) or "This style"
        return Missing(f"{what} is not on the shelf. {_font_advice(catalog, missing)}")
    return Found(tuple(dict.fromkeys(targets)))


def _font_advice(catalog: Catalog, missing: list[str]) -> str:
    if any("Material" in family for family in missing):
        return "For icons use lucide or fontawesome."
    return f"Fonts: {', '.join(font.family for font in catalog.fonts)}."


def _unknown_package(catalog: Catalog, package: str) -> Missing:
    name = package.lower().removesuffix(".js") if package.lower() != "three.js" else package
    instead = catalog.instead.get(package.lower()) or catalog.instead.get(name)
    if instead is not None:
        return Missing(f"{package} is not on the shelf. Use {instead}.")
    names = [library.name for library in catalog.libraries]
    near = get_close_matches(name.rpartition("/")[2], names, n=1)
    if near:
        return Missing(f"{package} is not on the shelf. Did you mean {near[0]}?")
    return Missing(f"{package} is not on the shelf. {NO_NETWORK}; write what you need yourself.")


def _how(library: Library) -> str:
    files = [file for file in (library.script, library.module, library.style) if file]
    return "It has " + " and ".join(library.address(file) for file in files) + "."


def _advice(use: Use) -> str:
    if use is Use.PICTURE:
        return f"{NO_NETWORK}; draw it with SVG, CSS or a canvas."
    if use is Use.STYLE:
        return f"{NO_NETWORK}; write the styles into the document."
    return f"{NO_NETWORK}; write the script into the document, or use a library of the shelf."

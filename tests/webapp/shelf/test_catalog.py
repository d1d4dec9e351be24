import json
import re

import pytest

from webapp.core.environment import PROJECT_ROOT
from webapp.shelf.catalog import Font, Library, Writing, read_catalog
from webapp.shelf.files import built_shelf, library_file

CATALOG = read_catalog()
ENTRIES = [*CATALOG.libraries, *CATALOG.fonts]


def test_the_catalog_names_just_the_packages_that_are_installed() -> None:
    package = json.loads((PROJECT_ROOT / "frontend/shelf/package.json").read_text())
    assert {one.package: one.version for one in ENTRIES} == {
        name: version
        for name, version in package["dependencies"].items()
        if name != "react-dom"  # bundled with react
    }


@pytest.mark.parametrize("library", CATALOG.libraries, ids=lambda one: one.name)
def test_every_file_that_the_catalog_promises_is_built(library: Library) -> None:
    mains = (library.script, library.module, library.style)
    files = {file for file in (*library.imports.values(), *mains) if file}
    files |= {rule.file for rule in library.paths if "$1" not in rule.file}
    missing = [
        file
        for file in files
        if not file.endswith("/") and built_shelf().find(library.address(file)) is None
    ]
    assert missing == []


@pytest.mark.parametrize("font", CATALOG.fonts, ids=lambda one: one.family)
def test_every_font_has_a_style_under_each_of_its_names(font: Font) -> None:
    for family in (font.family, *font.stands_for):
        style = library_file(font.style_for(family))
        assert style is not None, family
        assert f"font-family: '{family}'".encode() in style
        assert b"unicode-range" in style


def faces_of(writing: Writing) -> list[tuple[str, list[int]]]:
    """The file and the characters of each face of the writing's font."""
    style = (library_file(CATALOG.writing_font(writing).style) or b"").decode()
    faces = []
    for rule in style.split("}")[:-1]:
        file = re.search(r"url\(\.\./(.*?)\)", rule)
        assert file is not None
        spans = re.findall(r"U\+([0-9a-f]+)(?:-([0-9a-f]+))?", rule)
        codes = [code for a, b in spans for code in range(int(a, 16), int(b or a, 16) + 1)]
        faces.append((f"/lib/{file[1]}", codes))
    return faces


@pytest.mark.parametrize("writing", Writing)
def test_the_font_of_a_writing_has_every_east_asian_letter_once_and_no_other(
    writing: Writing,
) -> None:
    codes = [code for _, some in faces_of(writing) for code in some]
    assert len(codes) == len(set(codes))
    assert {ord(one) for one in "火山冷却後氣気の。ヴ한！"} <= set(codes)
    assert not {*range(0x1100), 0x2019, 0x2026, 0x1F30B} & set(codes)
    font = CATALOG.writing_font(writing)
    style = (library_file(font.style) or b"").decode()
    assert set(re.findall(r"font-family: '(.*)'", style)) == {font.family}


@pytest.mark.parametrize("writing", Writing)
def test_the_font_of_a_writing_draws_ideographs_its_own_way(writing: Writing) -> None:
    (own,) = (font for font in CATALOG.fonts if font.writing is writing)
    (file,) = (file for file, codes in faces_of(writing) if ord("火") in codes)
    assert file.startswith(f"/lib/{own.folder}/files/")
    assert all(library_file(file) is not None for file, _ in faces_of(writing))


def test_no_name_means_two_things() -> None:
    names = [name.lower() for one in CATALOG.libraries for name in {*one.known_as, one.name}]
    families = [name for font in CATALOG.fonts for name in (font.family, *font.stands_for)]
    imports = [name for one in CATALOG.libraries for name in one.imports]
    for some in (sorted(set(names)), families, imports):
        assert len(some) == len(set(some))
    assert not {name for name in CATALOG.instead if CATALOG.find_library(name)}


def test_the_licenses_of_all_stand_in_one_file() -> None:
    text = (library_file("/lib/LICENSES.txt") or b"").decode()
    for entry in ENTRIES:
        assert f"{entry.package} {entry.version}\nLicense: {entry.license}" in text


@pytest.mark.parametrize(
    ("address", "exact"),
    [
        ("/lib/three@0.187.0/three.module.js", True),
        ("/lib/three@0.150.0/three.module.js", False),
        ("/lib/three/addons/controls/OrbitControls.js", False),
        ("/lib/inter@5.3.0/inter.css", True),
    ],
)
def test_an_older_version_means_the_one_that_is_there(address: str, exact: bool) -> None:
    found = built_shelf().find(address)
    assert found is not None
    assert found.exact is exact


@pytest.mark.parametrize(
    "address",
    [
        "/lib/",
        "/lib/three@0.187.0/",
        "/lib/three@0.187.0",
        "/lib/../catalog.json",
        "/lib/three@0.187.0/../../../package.json",
        "/lib/three@0.187.0/..%2f..%2fcatalog.json",
        "/lib/.atelier-build",
        "/lib/three@0.187.0/three.js.gz",
        "/lib/three@0.187.0//three.js",
        "/lib//etc/passwd",
        "/lib/three@0.187.0/three.js\x00.css",
        "/lib/three@0.187.0\\three.js",
        "/lib/nothing@1.0.0/x.js",
        "three@0.187.0/three.js",
    ],
)
def test_no_address_leads_out_of_the_shelf(address: str) -> None:
    assert library_file(address) is None

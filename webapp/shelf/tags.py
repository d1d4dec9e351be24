"""What each kind of tag means for the shelf: scripts, links, styles, pictures."""

import re
from html import escape

from webapp.shelf.addresses import PackageFile, is_outside, parse_address
from webapp.shelf.markup import Attribute, Tag
from webapp.shelf.reading import Reading
from webapp.shelf.resolving import Use
from webapp.shelf.scripts import ScriptString, scan_strings
from webapp.shelf.styles import StyleAddress, scan_addresses

_CODE_TYPES = re.compile(
    r"(?:module|(?:text|application)/(?:java|ecma|type)script|text/(?:babel|jsx|tsx))?(?:\s*;.*)?",
    re.IGNORECASE,
)
_MODULE_TYPES = ("module", "text/babel", "text/jsx", "text/tsx")
# Promises of later requests, and what only a page of its own would show.
_DROPPED_RELATIONS = frozenset(
    [
        "preconnect",
        "dns-prefetch",
        "prefetch",
        "preload",
        "modulepreload",
        "manifest",
        "icon",
        "apple-touch-icon",
    ]
)
_PICTURES = {
    "img": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "source": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
}
_BARE = re.compile(r"(?:@[\w.-]+/)?[A-Za-z][\w.-]*(?:/[\w./-]+)?")


def rewrite_tag(reading: Reading, content: str, tag: Tag) -> None:
    """Notes what has to change in the tag and in its text."""
    if tag.name == "script":
        _rewrite_script(reading, content, tag)
    elif tag.name == "link":
        _rewrite_link(reading, tag)
    elif tag.name == "style":
        rewrite_style(reading, content[tag.text_start : tag.text_end], tag.text_start)
    for name in _PICTURES.get(tag.name, ()):
        source = tag.find(name)
        if source is not None and is_outside(source.value):
            reading.lead(source.value, Use.PICTURE)
    _rewrite_style_attribute(reading, tag)


def _rewrite_script(reading: Reading, content: str, tag: Tag) -> None:
    source = tag.find("src", "href", "xlink:href")
    if source is not None:
        is_module = tag.value("type").strip().lower() == "module"
        use = Use.MODULE if is_module and _names_no_script(source.value) else Use.SCRIPT
        _lead_attribute(reading, tag, source, use)
    elif _CODE_TYPES.fullmatch(tag.value("type").strip()):
        kind = tag.value("type").strip().lower()
        _rewrite_code(reading, content, tag, is_module=kind in _MODULE_TYPES)


def _names_no_script(address: str) -> bool:
    """True unless the file is one that sets a global, which a module script may hold as well."""
    found = parse_address(address) if is_outside(address) else None
    path = found.path if isinstance(found, PackageFile) else address
    return "module" in path or "esm" in path or not path.endswith(".js")


def _lead_attribute(reading: Reading, tag: Tag, source: Attribute, use: Use) -> None:
    targets = reading.lead(source.value, use)
    if not targets:
        return
    reading.replace(source.value_start, source.end, f'"{escape(targets[0])}"')
    for attribute in tag.attributes:
        # The hash is that of another file, and the shelf needs no credentials.
        if attribute.name in ("integrity", "crossorigin"):
            reading.replace(attribute.start, attribute.end, "")


def _rewrite_code(reading: Reading, content: str, tag: Tag, *, is_module: bool) -> None:
    for found in scan_strings(content[tag.text_start : tag.text_end]):
        if found.imported and is_module and _BARE.fullmatch(found.text):
            reading.note_import(found.text)
        elif found.imported or _is_worth_leading(found):
            use = _use_of(found)
            for target in reading.lead(found.text, use)[:1]:
                place = tag.text_start
                reading.replace(place + found.start, place + found.end, target)


def _is_worth_leading(found: ScriptString) -> bool:
    """A string that a script may load later: a file of a package, named as such."""
    path = found.text.partition("?")[0].lower()
    if not path.endswith((".js", ".mjs", ".css")):
        return False
    return found.text.startswith("/lib/") or isinstance(parse_address(found.text), PackageFile)


def _use_of(found: ScriptString) -> Use:
    if found.imported:
        return Use.MODULE
    return Use.STYLE if found.text.partition("?")[0].lower().endswith(".css") else Use.SCRIPT


def _rewrite_link(reading: Reading, tag: Tag) -> None:
    source = tag.find("href")
    if source is None or not (is_outside(source.value) or source.value.startswith("/lib/")):
        return
    relations = set(tag.value("rel").lower().split())
    if relations & _DROPPED_RELATIONS and is_outside(source.value):
        reading.replace(tag.start, tag.end, "")
    elif "stylesheet" in relations:
        _lead_attribute(reading, tag, source, Use.STYLE)
        _link_further_fonts(reading, tag, source)


def _link_further_fonts(reading: Reading, tag: Tag, source: Attribute) -> None:
    """One address may ask for several families: each gets a link of its own."""
    further = [target for address, target in reading.replaced if address == source.value.strip()]
    links = "".join(f'\n<link rel="stylesheet" href="{target}">' for target in further[1:])
    if links:
        reading.replace(tag.end, tag.end, links)


def rewrite_style(reading: Reading, style: str, start: int) -> None:
    """Notes what has to change in a style that begins at `start` of the document."""
    for found in scan_addresses(style):
        if is_outside(found.text) or (found.imported and found.text.startswith("/lib/")):
            for text in _styled(reading, found):
                reading.replace(start + found.start, start + found.end, text)


def _styled(reading: Reading, found: StyleAddress) -> list[str]:
    is_font = re.search(r"\.(?:woff2?|ttf|otf|eot)\b", found.text, re.IGNORECASE) is not None
    use = Use.STYLE if found.imported or is_font else Use.PICTURE
    targets = reading.lead(found.text, use)
    if not targets:
        return []
    if not found.imported:
        return [f'url("{targets[0]}")']
    return ["; ".join(f'@import url("{target}")' for target in targets)]


def _rewrite_style_attribute(reading: Reading, tag: Tag) -> None:
    attribute = tag.find("style")
    if attribute is None:
        return
    for found in scan_addresses(attribute.value):
        if is_outside(found.text):
            reading.lead(found.text, Use.PICTURE)

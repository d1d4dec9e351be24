"""A document that carries what it uses of the shelf, and so opens anywhere without a network.

Scripts become text, modules and fonts data URLs. A module of the shelf imports by bare names only,
so an import map of data URLs is all that a document needs. Of fonts it takes the faces whose
characters the document holds, since a Chinese family whole is several megabytes.
"""

import re
from collections.abc import Callable
from html import escape

from webapp.shelf.catalog import LIB
from webapp.shelf.edits import Replacement, apply_replacements
from webapp.shelf.files import library_file
from webapp.shelf.import_maps import is_import_map
from webapp.shelf.inlined_modules import InlinedModules, as_bare
from webapp.shelf.inlined_styles import InlinedStyles, data_url
from webapp.shelf.markup import Tag, scan_tags
from webapp.shelf.scripts import scan_strings

ReadFile = Callable[[str], bytes | None]
# What would end a script element, or change how its end is found.
_UNSAFE_IN_SCRIPT = re.compile(rb"</script|<script|<!--", re.IGNORECASE)


def inline_library(document: str, read: ReadFile = library_file) -> str:
    """The document with every file of the shelf inside it. What the shelf does not have stays."""
    if LIB not in document and "importmap" not in document:
        return document
    return _Inlining(document, read).run()


class _Inlining:
    def __init__(self, document: str, read: ReadFile) -> None:
        self._document = document
        self._read = read
        self._modules = InlinedModules(read)
        self._styles = InlinedStyles(read, document)
        self._replacements: list[Replacement] = []

    def run(self) -> str:
        tags = list(scan_tags(self._document))
        maps = [tag for tag in tags if is_import_map(tag)]
        for tag in maps[:1]:
            self._modules.use_map(self._text(tag))
        for tag in tags:
            if tag.name == "script" and tag not in maps:
                self._inline_script(tag)
            elif tag.name == "link":
                self._inline_link(tag)
            elif tag.name == "style":
                self._replace(tag.text_start, tag.text_end, self._styles.inline(self._text(tag)))
        first = next((tag.start for tag in tags if tag.name == "script"), 0)
        self._place_map(maps[0] if maps else None, first)
        return apply_replacements(self._document, self._replacements)

    def _text(self, tag: Tag) -> str:
        return self._document[tag.text_start : tag.text_end]

    def _replace(self, start: int, end: int, text: str) -> None:
        if self._document[start:end] != text:
            self._replacements.append(Replacement(start, end, text))

    def _inline_script(self, tag: Tag) -> None:
        source = tag.find("src", "href", "xlink:href")
        if source is None:
            self._inline_code(tag)
            return
        content = self._read(source.value) if source.value.startswith(LIB) else None
        if content is None:
            return
        if tag.value("type").strip().lower() == "module":
            self._modules.add(as_bare(source.value))
            code = f'<script type="module">import "{as_bare(source.value)}";'
            self._replace(tag.start, tag.end, code)
        elif _UNSAFE_IN_SCRIPT.search(content) or tag.find("defer", "async") is not None:
            address = escape(data_url(source.value, content))
            self._replace(source.value_start, source.end, f'"{address}"')
        else:
            self._replace(source.start, source.end, "")
            self._replace(tag.text_start, tag.text_end, content.decode())

    def _inline_code(self, tag: Tag) -> None:
        for found in scan_strings(self._text(tag)):
            start, end = tag.text_start + found.start, tag.text_start + found.end
            if found.imported:
                name = as_bare(found.text)
                if self._modules.add(name):
                    self._replace(start, end, name)
            elif found.text.startswith(LIB):
                content = self._read(found.text)
                if content is not None:
                    self._replace(start, end, data_url(found.text, content))

    def _inline_link(self, tag: Tag) -> None:
        address = tag.value("href")
        if "stylesheet" not in tag.value("rel").lower().split() or not address.startswith(LIB):
            return
        style = self._styles.inline_file(address)
        if style is not None:
            media = tag.value("media")
            attribute = f' media="{escape(media)}"' if media else ""
            self._replace(tag.start, tag.end, f"<style{attribute}>{style}</style>")

    def _place_map(self, written: Tag | None, first_script: int) -> None:
        if written is not None:
            self._replace(written.text_start, written.text_end, self._modules.map_text())
        elif self._modules.names:
            element = f'<script type="importmap">{self._modules.map_text()}</script>'
            self._replace(first_script, first_script, element)

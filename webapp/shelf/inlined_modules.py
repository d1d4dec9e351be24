"""The modules that a document uses, as an import map of data URLs."""

import json
from collections.abc import Callable

from webapp.shelf.catalog import LIB
from webapp.shelf.import_maps import dump
from webapp.shelf.inlined_styles import data_url
from webapp.shelf.scripts import scan_strings


def as_bare(specifier: str) -> str:
    """An address of the shelf as a bare name: that resolves wherever the document is opened."""
    return specifier.lstrip("/") if specifier.startswith(LIB) else specifier


class InlinedModules:
    """Follows imports from name to file to further names. `names` holds what is used, each with
    its data URL."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._imports: dict[str, str] = {}
        self._rest: dict[str, object] = {}
        self.names: dict[str, str] = {}

    def use_map(self, text: str) -> None:
        """Takes the document's own import map; one that no browser takes is as if not there."""
        try:
            written = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(written, dict) or not isinstance(written.get("imports"), dict):
            return
        pairs = written.pop("imports").items()
        self._imports = {name: value for name, value in pairs if isinstance(value, str)}
        self._rest = written

    def add(self, name: str) -> bool:
        """Takes the module `name` and all that it imports; false if the shelf does not have it."""
        waiting = [name]
        while waiting:
            one = waiting.pop()
            address = None if one in self.names else self._address_of(one)
            content = self._read(address) if address else None
            if address is None or content is None:
                continue
            self.names[one] = data_url(address, content)
            imports = scan_strings(content.decode())
            waiting += [found.text for found in imports if found.imported]
        return name in self.names

    def map_text(self) -> str:
        """The import map: data URLs for what is used, and what the document has of its own."""
        own = {name: to for name, to in self._imports.items() if not to.startswith(LIB)}
        return dump({"imports": {**own, **self.names}, **self._rest})

    def _address_of(self, name: str) -> str | None:
        if f"/{name}".startswith(LIB):
            return f"/{name}"
        if name in self._imports:
            return self._imports[name]
        folders = [key for key in self._imports if key.endswith("/") and name.startswith(key)]
        if not folders:
            return None
        longest = max(folders, key=len)
        return self._imports[longest] + name[len(longest) :]

"""Answers every request of a page from memory and disk: the document, the library, nothing else."""

import mimetypes
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from playwright.async_api import Error, Route

from webapp.rendering.browser.incidents import IncidentLog

# A name that no resolver knows, over TLS so that pages have what secure pages have.
ORIGIN = "https://artifact.invalid"
ADDRESS = f"{ORIGIN}/"
LIBRARY_PREFIX = "/lib/"
LibraryFile = Callable[[str], bytes | None]
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
}


class RequestAnswers:
    """The whole network of one page. `library_file` gets the path, from `/lib/` on."""

    def __init__(self, library_file: LibraryFile, incidents: IncidentLog) -> None:
        self._library_file = library_file
        self._incidents = incidents
        self.document = ""
        self.forbids_scripts = False

    async def answer(self, route: Route) -> None:
        """Answer one request; whatever is not ours is refused and noted."""
        try:
            await self._answer(route)
        except Error:
            return  # The page has gone meanwhile.

    async def _answer(self, route: Route) -> None:
        request = route.request
        address = urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" == ORIGIN:
            if address.path == "/":
                await route.fulfill(body=self.document, headers=self._document_headers())
                return
            if address.path.startswith(LIBRARY_PREFIX):
                path = unquote(address.path)
                await self._answer_from_library(route, path)
                return
        self._incidents.note_address(request.url, request.resource_type, in_library=False)
        await route.abort("blockedbyclient")

    def _document_headers(self) -> dict[str, str]:
        policy = {"content-security-policy": "script-src 'none'"} if self.forbids_scripts else {}
        return {"content-type": "text/html; charset=utf-8", **policy}

    async def _answer_from_library(self, route: Route, path: str) -> None:
        body = self._library_file(path)
        if body is None:
            request = route.request
            self._incidents.note_address(request.url, request.resource_type, in_library=True)
            await route.abort("failed")
            return
        headers = {"access-control-allow-origin": "*", "content-type": content_type(path)}
        await route.fulfill(body=body, headers=headers)


def content_type(path: str) -> str:
    """The type that a browser must be told for a file of the library."""
    ending = path[path.rfind(".") :].lower() if "." in path else ""
    return _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"

"""`/p/<slug>` on the artifact origin: a publication with a page of ours around it.

Pure ASGI, from files alone: no database, no cookie. The page around is our own script, which asks
for the documents as text and puts them into the same sealed frame that the panel uses. A made
document is never sent as a page, so its address opened directly shows text; and the frame cannot
leave by navigating itself, since the page around it may frame the shell only.
"""

import asyncio
import hashlib
import re
from base64 import b64encode
from html import escape
from pathlib import Path

from webapp.artifacts.asgi import Header, Receive, Scope, Send, read_header, respond
from webapp.artifacts.frame_app import FrameSettings, own_origin
from webapp.publications.published_files import PublishedFacts, PublishedFiles

_PATH = re.compile(r"/p/(?P<slug>[A-Za-z0-9_-]{32})(?:/(?P<page>[1-9][0-9]{0,2}))?")
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_GONE = b"This is not published, or not any more.\n"
_NOT_BUILT = b"The page is not built; run: make setup\n"
_COMMON: list[Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Unpublishing works at once, so nothing may be kept.
    (b"cache-control", b"no-store"),
]
_SEALED: list[Header] = [*_COMMON, (b"content-security-policy", b"sandbox; default-src 'none'")]


class PublishedSite:
    """Serves publications. `template` is the built page around them."""

    def __init__(self, settings: FrameSettings, files: PublishedFiles, template: Path) -> None:
        self._settings = settings
        self._files = files
        self._template = template

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one request for a path below /p/."""
        named = _PATH.fullmatch(scope["path"])
        facts = None
        if named is not None and scope["method"] in ("GET", "HEAD"):
            facts = await asyncio.to_thread(self._files.read_facts, named["slug"])
        if named is None or facts is None:
            await respond(send, 404, _GONE, _SEALED)
        elif named["page"] is not None:
            await self._send_document(scope, send, named["slug"], int(named["page"]), facts)
        else:
            await self._send_page(scope, send, named["slug"], facts)

    async def _send_document(
        self, scope: Scope, send: Send, slug: str, number: int, facts: PublishedFacts
    ) -> None:
        body = await asyncio.to_thread(self._files.read_page, slug, number)
        if body is None:
            await respond(send, 404, _GONE, _SEALED)
            return
        headers = [*_SEALED, _robots(facts)]
        await respond(send, 200, body, headers, with_body=scope["method"] == "GET")

    async def _send_page(self, scope: Scope, send: Send, slug: str, facts: PublishedFacts) -> None:
        try:
            template = await asyncio.to_thread(self._template.read_bytes)
        except FileNotFoundError:
            await respond(send, 503, _NOT_BUILT, _SEALED)
            return
        origin = own_origin(self._settings, read_header(scope, b"host"))
        policy = page_policy(template, origin, slug)
        headers = [*_COMMON, _robots(facts), (b"content-security-policy", policy.encode())]
        await respond(
            send,
            200,
            fill_template(template, facts),
            headers,
            content_type=b"text/html; charset=utf-8",
            with_body=scope["method"] == "GET",
        )


def page_policy(template: bytes, origin: str, slug: str) -> str:
    """The policy of the page around: its own script and style, the documents of this publication,
    and one frame."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(_SCRIPT, template)}",
            f"style-src {_hashes(_STYLE, template)}",
            f"connect-src {origin}/p/{slug}/",
            f"frame-src {origin}/frame",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def fill_template(template: bytes, facts: PublishedFacts) -> bytes:
    """The page with its title and facts; neither can end the element that it stands in."""
    data = facts.model_dump_json().replace("<", "\\u003c").encode()
    title = escape(facts.title).encode()
    filled = template.replace(b"<title></title>", b"<title>" + title + b"</title>", 1)
    place = b'<script type="application/json" id="publication">'
    return filled.replace(place, place + data, 1)


def _hashes(pattern: re.Pattern[bytes], template: bytes) -> str:
    digests = (hashlib.sha256(text).digest() for text in pattern.findall(template))
    return " ".join(f"'sha256-{b64encode(one).decode()}'" for one in digests) or "'none'"


def _robots(facts: PublishedFacts) -> Header:
    return (b"x-robots-tag", b"all" if facts.is_listed else b"noindex, nofollow")

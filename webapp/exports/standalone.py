"""HTML and ZIP that open without a network: what a document uses from the shelf goes along."""

import io
import re
from zipfile import ZIP_DEFLATED, ZipFile

from webapp.artifacts.viewer.deck_viewer import ViewerPage, build_deck_viewer
from webapp.core.events import ArtifactKind
from webapp.exports.contents import ExportPage, ExportSource, Progress
from webapp.shelf.inlining import inline_library

_LEFT = re.compile(r"""(?:src|href)=["']?(/lib/[\w@./-]+)""")
_MOST_NAMED = 20
_READ_ME = """{title}

index.html opens in any browser, without a network: everything that it uses is inside.
source.html is the same page as it was written.
"""


def inline_everything(page: ExportPage, progress: Progress) -> str:
    """The page's document with all that it loads from the shelf inside of it; what the shelf does
    not have becomes a line of the report."""
    document = inline_library(page.document)
    for address in sorted(set(_LEFT.findall(document)))[:_MOST_NAMED]:
        progress.report(page.number, address, "It is not on the library shelf, so it is missing.")
    return document


def standalone_html(source: ExportSource, progress: Progress) -> bytes:
    """One HTML file: the page itself, or a viewer with all pages of a deck."""
    documents = [inline_everything(page, progress) for page in source.pages]
    if source.kind is not ArtifactKind.DECK:
        return documents[0].encode()
    pages = [
        ViewerPage(page.title, document, page.notes)
        for page, document in zip(source.pages, documents, strict=True)
    ]
    return build_deck_viewer(source.title, pages).encode()


def standalone_zip(source: ExportSource, progress: Progress) -> bytes:
    """The standalone page, and beside it the page as it was written."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("index.html", standalone_html(source, progress))
        archive.writestr("source.html", source.content)
        archive.writestr("README.txt", _READ_ME.format(title=source.title))
    return buffer.getvalue()

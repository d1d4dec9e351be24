"""A document of every kind that tries to get out, as far as its kind lets it."""

from tests.browser.listener import Listener
from tests.browser.planting import Document, html_document
from tests.browser.probes import EVERY_CHANNEL

# By these words a reader knows that the document stands, and all its attempts are made.
WORDS_BY_KIND = {
    "html": "All attempts are made.",
    "poster": "All attempts are made.",
    "deck": "All attempts are made.",
    "markdown": "Written",
    "mermaid": "Drawn",
    "svg": "Drawn",
}
MARKDOWN = """# Written

![picture](HTTP/markdown-picture) <img src="HTTP/markdown-html"> <script>fetch('HTTP/s')</script>
"""
MERMAID = """graph TD
A["<img src='HTTP/mermaid-picture'>"] --> B[Drawn]
click B href "HTTP/mermaid-link" _self
"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><text y="9">Drawn</text>
<image href="HTTP/svg" width="5" height="5"/><script>fetch('HTTP/svg-script')</script></svg>"""


def probes_of_all_kinds(listener: Listener) -> list[Document]:
    """One document of each kind, titled `Probe KIND`, aimed at this listener."""
    http = f"http://127.0.0.1:{listener.port}"
    channels = EVERY_CHANNEL.document(listener)
    by_kind = {"html": channels, "poster": channels, "deck": channels}
    by_kind |= {"markdown": MARKDOWN, "mermaid": MERMAID, "svg": SVG}
    return [
        {**html_document(f"Probe {kind}", text.replace("HTTP", http)), "kind": kind}
        for kind, text in by_kind.items()
    ]

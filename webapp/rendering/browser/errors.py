"""What can go wrong with a browser; each costs the present page and nothing else.

RenderError
├── BrowserMissing    there is no Chromium, or it may not be started here; needs the operator
├── BrowserLost       the browser ended under the page; trying again gets a new one
└── PageFailed        this page crashed, hung or used too much memory; again is no use
"""


class RenderError(Exception):
    """Base; the text is a sentence."""


class BrowserMissing(RenderError):
    """No browser can be started on this machine."""


class BrowserLost(RenderError):
    """The browser ended while the page was open."""


class PageFailed(RenderError):
    """The page itself came to an end."""

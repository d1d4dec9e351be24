"""What can go wrong with a browser; each costs the present page and nothing else.

RenderError
├── BrowserMissing    there is no Chromium, or it may not be started here; needs the operator
├── BrowserLost       the browser ended under the page; trying again gets a new one
├── MachineBusy       the machine gave the page too little time; trying again later may do
└── PageFailed        this page crashed or used too much memory; again is no use
    └── PageHangs     it computes and computes and does not answer
"""


class RenderError(Exception):
    """Base; the text is a sentence."""


class BrowserMissing(RenderError):
    """No browser can be started on this machine."""


class BrowserLost(RenderError):
    """The browser ended while the page was open."""


class PageFailed(RenderError):
    """The page itself came to an end."""


class MachineBusy(RenderError):
    """The page got too little of the processor to say anything of it."""


class PageHangs(PageFailed):
    """The page has computed for longer than it may, and does not answer."""

"""What was seen of a document before, so that one changed page of a deck costs one look."""

import threading
from collections import OrderedDict

from webapp.artifacts.checks import CheckReport
from webapp.core.events import CheckState
from webapp.rendering.check.rules.layouts import Layout

MOST_LOOKS = 500


class LookMemory:
    """The latest reports and layouts by digest of the document; safe for threads."""

    def __init__(self, most: int = MOST_LOOKS) -> None:
        self._most = most
        self._looks: OrderedDict[str, tuple[CheckReport, Layout | None]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, digest: str) -> CheckReport | None:
        """The report, or None."""
        look = self._recall(digest)
        return look[0] if look else None

    def recall_layout(self, digest: str) -> Layout | None:
        """What the page of a deck looks like; None where that says nothing, or is not known."""
        look = self._recall(digest)
        return look[1] if look else None

    def keep(self, digest: str, report: CheckReport, layout: Layout | None = None) -> None:
        """Remember a look; one of a check that could not be made is not worth it."""
        if report.state is CheckState.UNAVAILABLE:
            return
        with self._lock:
            self._looks[digest] = report, layout
            while len(self._looks) > self._most:
                self._looks.popitem(last=False)

    def _recall(self, digest: str) -> tuple[CheckReport, Layout | None] | None:
        with self._lock:
            if digest in self._looks:
                self._looks.move_to_end(digest)
            return self._looks.get(digest)

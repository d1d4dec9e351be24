"""What was seen of a document before, so that one changed page of a deck costs one look."""

import threading
from collections import OrderedDict

from webapp.artifacts.checks import CheckReport
from webapp.core.events import CheckState

MOST_LOOKS = 500


class LookMemory:
    """The latest reports by digest of the document; safe for threads."""

    def __init__(self, most: int = MOST_LOOKS) -> None:
        self._most = most
        self._reports: OrderedDict[str, CheckReport] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, digest: str) -> CheckReport | None:
        """The report, or None."""
        with self._lock:
            if digest in self._reports:
                self._reports.move_to_end(digest)
            return self._reports.get(digest)

    def keep(self, digest: str, report: CheckReport) -> None:
        """Remember a report; one of a check that could not be made is not worth it."""
        if report.state is CheckState.UNAVAILABLE:
            return
        with self._lock:
            self._reports[digest] = report
            while len(self._reports) > self._most:
                self._reports.popitem(last=False)

"""How far loading has come: what was read, how fast, how long it will still take."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

SECONDS_BETWEEN_REPORTS = 0.1
_GIGABYTE = 10**9
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How far loading has come, in bytes of the files. `seconds_left` is None until known."""

    bytes_done: int
    bytes_total: int
    bytes_per_second: float
    seconds_left: float | None

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.bytes_done / self.bytes_total if self.bytes_total else 1.0

    def sentence(self) -> str:
        """For a person who waits."""
        done, total = _gigabytes(self.bytes_done), _gigabytes(self.bytes_total)
        speed = _gigabytes(self.bytes_per_second)
        text = f"Loading weights: {done} of {total} GB, {speed} GB/s"
        return (
            text if self.seconds_left is None else f"{text}, about {self.seconds_left:.0f} s left"
        )


ProgressCallback = Callable[[LoadProgress], None]


class ProgressMeter:
    """Adds up what several threads read and reports it, one thread at a time and not too often.

    The last report, of all bytes, is always made.
    """

    def __init__(
        self,
        bytes_total: int,
        report: ProgressCallback | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self._bytes_total = bytes_total
        self._report = report
        self._clock = clock
        self._lock = threading.Lock()
        self._bytes_done = 0
        self._started_at = clock()
        self._next_report_at = self._started_at

    def add(self, num_bytes: int) -> None:
        """Note that so many bytes more are in their place."""
        with self._lock:
            self._bytes_done += num_bytes
            now = self._clock()
            if now < self._next_report_at and self._bytes_done < self._bytes_total:
                return
            self._next_report_at = now + SECONDS_BETWEEN_REPORTS
            if self._report is not None:
                self._report(self._read(now))

    def read(self) -> LoadProgress:
        """How far it is now."""
        with self._lock:
            return self._read(self._clock())

    def _read(self, now: float) -> LoadProgress:
        elapsed = now - self._started_at
        speed = self._bytes_done / elapsed if elapsed > 0 else 0.0
        left = (self._bytes_total - self._bytes_done) / speed if speed > 0 else None
        return LoadProgress(self._bytes_done, self._bytes_total, speed, left)


def _gigabytes(amount: float) -> str:
    value = amount / _GIGABYTE
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"

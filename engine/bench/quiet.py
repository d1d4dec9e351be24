"""Waits for a quiet machine, and tells whether a timed call was disturbed by other programs.

From Linux's `/proc`; elsewhere every moment counts as quiet and nothing is known of disturbances.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

# Cores that other processes may take in a moment that counts as quiet.
QUIET_CORES = 0.3
SAMPLE_SECONDS = 0.2
# In `/proc/stat`: user nice system idle iowait irq softirq steal; idle and iowait are no work.
_WORK_FIELDS = (0, 1, 2, 5, 6, 7)
# In `/proc/<id>/stat` after the name: user and system time, the 14th and 15th of all fields.
_USER_TIME, _SYSTEM_TIME = 11, 12


class QuietWatch:
    """Looks at the CPU time that others take. `process_ids` are the benchmark's own processes.

    All waiting together is bounded by `allowance_seconds`, so that a machine that is never quiet
    is measured too, with all its noise.
    """

    def __init__(
        self, process_ids: Sequence[int], allowance_seconds: float, proc: Path = Path("/proc")
    ) -> None:
        self._process_ids = (os.getpid(), *process_ids)
        self._allowance_seconds = allowance_seconds
        self._proc = proc
        self._began = (0.0, 0.0)
        self.calls = 0
        self.disturbed = 0

    def begin(self, own_process_ids: Sequence[int] = ()) -> None:
        """Wait until others are quiet, or the allowance is used up; then a timed call may start.

        `own_process_ids` are processes that take the cores on purpose.
        """
        self._own = (*self._process_ids, *own_process_ids)
        while self._allowance_seconds > 0:
            before = self._look()
            time.sleep(SAMPLE_SECONDS)
            self._allowance_seconds -= SAMPLE_SECONDS
            if self._cores_since(before) < QUIET_CORES:
                break
        self._began = self._look()

    def end(self) -> None:
        """The timed call is over; count it, and whether others took cores meanwhile."""
        self.calls += 1
        self.disturbed += self._cores_since(self._began) >= QUIET_CORES

    def _cores_since(self, before: tuple[float, float]) -> float:
        now, used = self._look()
        return (used - before[1]) / max(now - before[0], 1e-9)

    def _look(self) -> tuple[float, float]:
        """The time, and the CPU seconds that others have taken since the machine started."""
        own = sum(map(self._seconds_of, self._own))
        return time.monotonic(), self._seconds_of_all() - own

    def _seconds_of_all(self) -> float:
        try:
            first_line = (self._proc / "stat").read_text(encoding="ascii").partition("\n")[0]
        except OSError:
            return 0.0
        fields = first_line.split()[1:]
        return sum(int(fields[field]) for field in _WORK_FIELDS) / _ticks_per_second()

    def _seconds_of(self, process_id: int) -> float:
        try:
            text = (self._proc / str(process_id) / "stat").read_text(encoding="utf-8")
        except OSError:
            return 0.0
        # The name stands in parentheses and may hold anything.
        fields = text.rpartition(")")[2].split()
        return (int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])) / _ticks_per_second()


def _ticks_per_second() -> int:
    return os.sysconf("SC_CLK_TCK")

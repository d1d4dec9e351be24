"""One at a time: the threads of a turns worker that begin a turn, and before those that end one.

Python runs one thread at a time. When many turns begin at once and share it evenly, all of them
reach the engine when the last one does; one after the other, half of them do so in half the time.
Whoever only waits for the engine or passes on what it writes does not come through here.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Passage:
    """A place in the turnstile. `leave` may be called again and again."""

    def __init__(self, turnstile: "Turnstile") -> None:
        self._turnstile = turnstile
        self._inside = True

    def leave(self) -> None:
        """Let the next one in. To be called by the thread that came in."""
        if self._inside:
            self._inside = False
            self._turnstile.let_in_the_next()


class Turnstile:
    """Shared by all turns of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._beginning: deque[Lock] = deque()
        self._ending: deque[Lock] = deque()

    @property
    def is_quiet(self) -> bool:
        """Whether nobody is in it or waits at it."""
        return not self._is_taken

    @contextmanager
    def beginning(self) -> Iterator[Passage]:
        """Waits for those that came before to begin; the place is left with the block at last."""
        self._come_in(self._beginning)
        passage = Passage(self)
        try:
            yield passage
        finally:
            passage.leave()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Waits until nobody begins, and for those that came before to end."""
        self._come_in(self._ending)
        try:
            yield
        finally:
            self.let_in_the_next()

    def let_in_the_next(self) -> None:
        """Whoever is inside leaves. Called by the passages."""
        with self._lock:
            line = self._beginning or self._ending
            if line:
                line.popleft().release()
            else:
                self._is_taken = False

    def _come_in(self, line: deque[Lock]) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            gate = Lock()
            gate.acquire()
            line.append(gate)
        gate.acquire()

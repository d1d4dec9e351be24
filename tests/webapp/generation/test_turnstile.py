"""One at a time, in order; those that begin before those that end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from webapp.generation.turnstile import Turnstile

SECONDS = 10.0


class Hall:
    """Threads that come to one turnstile, and who got in so far."""

    def __init__(self) -> None:
        self.turnstile = Turnstile()
        self.entered: list[str] = []
        self.most_inside = 0
        self._inside = 0
        self._threads: list[threading.Thread] = []

    def come(self, name: str, *, begins: bool) -> None:
        """A thread that waits at the turnstile, there before the next one comes."""
        line = self.turnstile._beginning if begins else self.turnstile._ending
        length = len(line)
        thread = threading.Thread(target=self._pass, args=(name, begins), daemon=True)
        self._threads.append(thread)
        thread.start()
        deadline = threading.Event()
        while len(line) == length:
            assert not deadline.wait(0.001)

    def empty(self) -> None:
        """Wait until everybody has passed."""
        for thread in self._threads:
            thread.join(SECONDS)
            assert not thread.is_alive()

    def _pass(self, name: str, begins: bool) -> None:
        with self.turnstile.beginning() if begins else self.turnstile.ending():
            self._inside += 1
            self.most_inside = max(self.most_inside, self._inside)
            self.entered.append(name)
            self._inside -= 1


@contextmanager
def taken(hall: Hall) -> Iterator[None]:
    with hall.turnstile.beginning():
        yield
    hall.empty()


def test_those_that_begin_go_first_and_each_line_keeps_its_order() -> None:
    hall = Hall()
    with taken(hall):
        hall.come("end 1", begins=False)
        hall.come("begin 1", begins=True)
        hall.come("end 2", begins=False)
        hall.come("begin 2", begins=True)
        assert hall.entered == []
        assert not hall.turnstile.is_quiet
    assert hall.entered == ["begin 1", "begin 2", "end 1", "end 2"]
    assert hall.most_inside == 1
    assert hall.turnstile.is_quiet


def test_who_has_left_may_leave_again_and_lets_nobody_in_by_it() -> None:
    hall = Hall()
    with hall.turnstile.beginning() as passage:
        passage.leave()
        with hall.turnstile.ending():
            hall.come("next", begins=True)
            passage.leave()
            assert hall.entered == []
    hall.empty()
    assert hall.entered == ["next"]


def test_an_error_leaves_the_place() -> None:
    turnstile = Turnstile()
    for place in (turnstile.beginning, turnstile.ending):
        with pytest.raises(KeyError), place():
            raise KeyError
    assert turnstile.is_quiet

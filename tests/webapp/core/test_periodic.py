"""A periodic thread goes on after an error and ends when it is told."""

from threading import Event

from webapp.core.periodic import PeriodicThread


def test_it_goes_on_after_an_error_and_ends_when_told(transactional_db: None) -> None:
    calls: list[int] = []
    enough = Event()

    def act() -> None:
        calls.append(len(calls))
        if len(calls) == 3:
            enough.set()
        raise RuntimeError("once more")

    thread = PeriodicThread("test", 0.001, act, at_once=True)
    thread.start()
    assert enough.wait(5)
    thread.stop()
    count = len(calls)
    assert not Event().wait(0.01)
    assert len(calls) == count

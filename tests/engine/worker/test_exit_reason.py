import os
import signal
import sys
import threading

import pytest

from engine.worker.exit_reason import leave_when_a_thread_breaks


def test_a_thread_that_breaks_ends_the_worker_and_says_which(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    signals: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: signals.append((pid, number)))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    leave_when_a_thread_breaks()

    def break_down() -> None:
        raise RecursionError("too deep")

    for target in (break_down, lambda: None, sys.exit):
        thread = threading.Thread(target=target, name="event-writer")
        thread.start()
        thread.join()
    assert signals == [(os.getpid(), signal.SIGTERM)]
    assert "The thread event-writer broke" in caplog.text
    assert "too deep" in caplog.text

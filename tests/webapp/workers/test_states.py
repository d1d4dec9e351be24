"""How a worker looks from outside: pure, of its status and the clock."""

from typing import Any

import pytest

from engine.protocol import WorkerState
from tests.webapp.workers.reports import make_status
from webapp.workers.states import ENDED_SECONDS, SILENT_SECONDS, ViewState, view_state

NOW = 5000.0
BEAT_SECONDS = 1.0


def see(
    silent: float = 0.0, *, moved_at: float | None = None, exit: str = "", **changes: Any
) -> Any:
    status = make_status(updated_at=NOW - silent, **changes)
    return view_state(status, NOW, moved_at=moved_at, exit_reason=exit)


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (WorkerState.STARTING, ViewState.STARTING),
        (WorkerState.READY, ViewState.READY),
        (WorkerState.DRAINING, ViewState.DRAINING),
        (WorkerState.FAILED, ViewState.FAILED),
    ],
)
def test_a_worker_that_speaks_is_what_it_says(state: WorkerState, seen: ViewState) -> None:
    viewed = see(state=state, reason="Because.")
    assert (viewed.state, viewed.reason) == (seen, "Because.")


def test_two_missed_beats_are_none_and_after_the_third_it_is_gone() -> None:
    assert see(3 * BEAT_SECONDS).state is ViewState.READY
    assert SILENT_SECONDS <= 4 * BEAT_SECONDS
    gone = see(4 * BEAT_SECONDS + 0.1)
    assert (gone.state, gone.reason) == (ViewState.GONE, "It has said nothing for 4 s.")


def test_a_known_end_needs_less_silence_and_is_the_reason() -> None:
    note = "Its process was ended by SIGKILL."
    assert see(BEAT_SECONDS, exit=note).state is ViewState.READY
    gone = see(ENDED_SECONDS + 0.1, exit=note)
    assert (gone.state, gone.reason) == (ViewState.GONE, note)


def test_a_failure_outlasts_its_process() -> None:
    viewed = see(9.0, state=WorkerState.FAILED, reason="No memory.", exit="Exit code 78.")
    assert (viewed.state, viewed.reason) == (ViewState.FAILED, "No memory.")


@pytest.mark.parametrize("state", [WorkerState.READY, WorkerState.DRAINING])
def test_requests_without_a_step_are_stuck(state: WorkerState) -> None:
    assert see(state=state, running=1, moved_at=NOW - 9.9).state is ViewState(state.value)
    stuck = see(state=state, running=1, moved_at=NOW - 10.1)
    assert stuck.state is ViewState.STUCK
    assert "no step for 10 s" in stuck.reason


def test_who_has_nothing_to_do_or_is_not_watched_is_not_stuck() -> None:
    assert see(running=0, moved_at=NOW - 900).state is ViewState.READY
    assert see(running=1, moved_at=None).state is ViewState.READY
    assert see(state=WorkerState.STARTING, running=1, moved_at=1.0).state is ViewState.STARTING


def test_who_is_ready_and_asks_for_no_work_is_stuck() -> None:
    assert see(polled_at=NOW - 59).state is ViewState.READY
    assert see(polled_at=0.0).state is ViewState.READY
    assert see(polled_at=NOW - 61, state=WorkerState.DRAINING).state is ViewState.DRAINING
    stuck = see(polled_at=NOW - 61)
    assert stuck.state is ViewState.STUCK
    assert "not asked for work for 61 s" in stuck.reason


def test_a_clock_that_runs_behind_makes_nobody_gone() -> None:
    assert see(-30.0).state is ViewState.READY

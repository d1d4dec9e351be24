"""The state in which an operator sees a worker: what it says of itself, held against the clock."""

from dataclasses import dataclass
from enum import StrEnum

from engine.protocol import WorkerState, WorkerStatus

# A worker says every second that it lives; three silent beats in a row are no accident.
SILENT_SECONDS = 4.0
# So much silence is enough where whoever keeps it running has seen its process end.
ENDED_SECONDS = 1.5
STILL_SECONDS = 10.0
IDLE_POLL_SECONDS = 60.0


class ViewState(StrEnum):
    """What a worker is doing, as seen from outside."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    STUCK = "stuck"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ViewedState:
    """The state, and why, for a person."""

    state: ViewState
    reason: str


def view_state(
    status: WorkerStatus, now: float, *, moved_at: float | None = None, exit_reason: str = ""
) -> ViewedState:
    """The state at the Unix time `now`. `moved_at` is when its count of steps last grew, None where
    nobody watched; `exit_reason` is what is known of its end."""
    silent = now - status.updated_at
    patience = ENDED_SECONDS if exit_reason else SILENT_SECONDS
    if status.state is not WorkerState.FAILED and silent > patience:
        return view_gone(silent, exit_reason)
    stuck = _why_stuck(status, now, moved_at)
    if stuck:
        return ViewedState(ViewState.STUCK, stuck)
    return ViewedState(ViewState(status.state.value), status.load_text or status.reason)


def view_gone(silent_seconds: float, exit_reason: str) -> ViewedState:
    """The state of a worker that says nothing any more."""
    silence = f"It has said nothing for {silent_seconds:.0f} s."
    return ViewedState(ViewState.GONE, exit_reason or silence)


def _why_stuck(status: WorkerStatus, now: float, moved_at: float | None) -> str:
    """Why it seems to hang, empty where it does not. One that waits for its model does neither."""
    if status.state not in (WorkerState.READY, WorkerState.DRAINING):
        return ""
    if status.running > 0 and moved_at is not None and now - moved_at > STILL_SECONDS:
        return f"It has requests and has made no step for {now - moved_at:.0f} s."
    unasked = now - status.polled_at
    is_ready = status.state is WorkerState.READY
    if is_ready and status.polled_at > 0 and unasked > IDLE_POLL_SECONDS:
        return f"It has not asked for work for {unasked:.0f} s."
    return ""

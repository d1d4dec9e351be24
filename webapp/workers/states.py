"""The state in which an operator sees a worker: what it says of itself, held against the clock."""

from dataclasses import dataclass
from enum import StrEnum

from engine.protocol import WorkerState, WorkerStatus

# A worker says every second that it lives; three silent beats in a row are no accident.
SILENT_SECONDS = 4.0


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


def view_state(status: WorkerStatus, now: float) -> ViewedState:
    """The state at the Unix time `now`."""
    silent = now - status.updated_at
    if status.state is not WorkerState.FAILED and silent > SILENT_SECONDS:
        return ViewedState(ViewState.GONE, f"It has said nothing for {silent:.0f} s.")
    return ViewedState(ViewState(status.state.value), status.load_text or status.reason)

"""Who computes what in the next step: admission and continuous batching. Pure, no torch."""

from engine.scheduler.queue import WaitingQueue
from engine.scheduler.scheduler import ScheduledChunk, Scheduler, SchedulerLimits
from engine.scheduler.sequence import Sequence, SequenceState

__all__ = [
    "ScheduledChunk",
    "Scheduler",
    "SchedulerLimits",
    "Sequence",
    "SequenceState",
    "WaitingQueue",
]

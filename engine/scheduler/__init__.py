"""Who computes what in the next step: admission and continuous batching. Pure, no torch."""

from engine.scheduler.draft_length_policy import DraftLengthPolicy
from engine.scheduler.limits import SchedulerLimits
from engine.scheduler.multi_step_policy import MultiStepPolicy, room_in_steps
from engine.scheduler.prefill_budget import PrefillBudget
from engine.scheduler.queue import WaitingQueue
from engine.scheduler.scheduler import Scheduler
from engine.scheduler.sequence import ScheduledChunk, Sequence, SequenceState
from engine.scheduler.step_costs import StepCosts

__all__ = [
    "DraftLengthPolicy",
    "MultiStepPolicy",
    "PrefillBudget",
    "ScheduledChunk",
    "Scheduler",
    "SchedulerLimits",
    "Sequence",
    "SequenceState",
    "StepCosts",
    "WaitingQueue",
    "room_in_steps",
]

"""How many decode steps are computed in one go: as many as nobody notices.

Between two steps the host books tokens and lays out the next rows. For a small model that takes as
long as the step itself, so several steps are worth computing without it. Each of them is one whose
text nobody sees yet, and that a stop, a newcomer or the next grammar has to wait for.
"""

# Shorter than a screen takes for a picture; a step of a large model takes longer than that alone.
_UNNOTICED_SECONDS = 0.012


class MultiStepPolicy:
    """Chooses the number of steps, from 1 to `most_steps`."""

    def __init__(self, most_steps: int, unnoticed_seconds: float = _UNNOTICED_SECONDS) -> None:
        self.most_steps = most_steps
        self._unnoticed_seconds = unnoticed_seconds

    def choose(self, step_seconds: float, least_room: int) -> int:
        """The number for steps of `step_seconds` each, where the answer that may grow least has
        room for what `least_room` steps may bring."""
        unnoticed = int(self._unnoticed_seconds / max(step_seconds, 1e-9))
        return max(1, min(self.most_steps, least_room, unnoticed))


def room_in_steps(room_tokens: int, num_drafts: int, drafts_between: int) -> int:
    """How many steps an answer has room for that may grow by `room_tokens`, if all drafts of each
    step are right: it has `num_drafts` for the first and gets `drafts_between` for each after that.

    The last drafts are made at positions that it has room for, too.
    """
    ahead = max(0, drafts_between - 1)
    return (room_tokens - num_drafts - ahead + drafts_between) // (1 + drafts_between)

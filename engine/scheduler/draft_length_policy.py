"""How many tokens the draft layer should propose in the next step: the k that pays.

A draft costs rows in the model's forward and a run of the draft layer; it gains a token as often
as it is accepted. The policy knows the costs from a table and learns the acceptance. Since accepted
text does not depend on k, the choice changes the speed and nothing else.
"""

from collections.abc import Sequence as Seq

from engine.scheduler.sequence import Sequence
from engine.scheduler.step_costs import StepCosts

# The acceptance that an unseen position is credited with: high, so that drafts are tried at all.
_OPTIMISTIC_ACCEPTANCE = 0.85
# The weight of a new observation; a sequence's own habit shows sooner than that of the traffic.
_SEQUENCE_WEIGHT, _POOLED_WEIGHT = 1 / 16, 1 / 64
_FASTER_WEIGHT, _SLOWER_WEIGHT = 1 / 4, 1 / 32
# One draft more is tried for a few steps once in a while, or a bad start would stay for ever.
_PROBE_INTERVAL_STEPS, _PROBE_STEPS = 256, 12
# What the draft layer must know of a text before its drafts say how good it is. Where it begins
# anew after steps without drafts, glm-nano's first draft is right in 29 % of all cases, the next
# ones in 69, 76, 88 and more, against 99 (2026-11-27, 60 such beginnings, k = 1).
_LEAST_CONTEXT_TOKENS = 8


class DraftLengthPolicy:
    """Chooses k for each step, from 0 to `max_drafts`, for the most tokens per second.

    `always_drafts_most` makes it `max_drafts` whatever that costs, for measurements.
    """

    def __init__(self, costs: StepCosts, max_drafts: int) -> None:
        self._costs = costs
        self._max_drafts = max_drafts
        self._pooled = [_OPTIMISTIC_ACCEPTANCE] * max_drafts
        self._seconds: dict[tuple[int, int, int], float] = {}
        self._steps = 0
        self.always_drafts_most = False

    @property
    def pooled_acceptance(self) -> tuple[float, ...]:
        """The running share of accepted drafts at each position, over all sequences; a position
        is counted only when all drafts before it were accepted."""
        return tuple(self._pooled)

    def choose(self, drafting: Seq[Sequence], other_rows: int = 0) -> int:
        """The k for a step in which `drafting` take drafts and `other_rows` decode without."""
        if not drafting or not self._max_drafts:
            return 0
        if self.always_drafts_most:
            return self._max_drafts
        gains = self._expected_gains(drafting)
        rates = [
            (len(drafting) + other_rows + gain) / self._step_seconds(len(drafting), other_rows, k)
            for k, gain in enumerate(gains)
        ]
        best = max(range(len(rates)), key=rates.__getitem__)
        self._steps += 1
        return best + self._probes_beyond(best, len(drafting), other_rows, gains, rates[best])

    def step_seconds(self, sequences: int, num_drafts: int) -> float:
        """What a step takes in which so many sequences verify and propose `num_drafts` each."""
        return self._step_seconds(sequences, 0, num_drafts)

    def note(self, sequence: Sequence, drafted: int, accepted: int) -> None:
        """Learn that the first `accepted` of `drafted` proposals were right.

        The draft after the last accepted one was wrong; those behind it were not put to the test.
        Nothing is learned from a draft layer that has only begun to read the text: what it is worth
        in the long run decides, and by its first drafts it would never be tried again.
        """
        known_tokens = sequence.computed_tokens - sequence.draft_start
        if sequence.draft_start and known_tokens < _LEAST_CONTEXT_TOKENS:
            return
        if not sequence.draft_acceptance:
            sequence.draft_acceptance = list(self._pooled)
        own, pooled = sequence.draft_acceptance, self._pooled
        for position in range(min(accepted + 1, drafted, self._max_drafts)):
            outcome = 1.0 if position < accepted else 0.0
            own[position] += (outcome - own[position]) * _SEQUENCE_WEIGHT
            pooled[position] += (outcome - pooled[position]) * _POOLED_WEIGHT

    def _probes_beyond(
        self, best: int, sequences: int, other_rows: int, gains: Seq[float], rate: float
    ) -> bool:
        """Whether it is time to try one draft more, and it would pay if it were always right."""
        due = self._steps % _PROBE_INTERVAL_STEPS >= _PROBE_INTERVAL_STEPS - _PROBE_STEPS
        if not due or best == self._max_drafts:
            return False
        reached = gains[best] - gains[best - 1] if best else sequences
        certain = sequences + other_rows + gains[best] + reached
        return certain / self._step_seconds(sequences, other_rows, best + 1) > rate

    def note_seconds(self, drafting_sequences: int, num_drafts: int, seconds: float) -> None:
        """Learn what a step took in which each of the sequences verified and proposed `num_drafts`.

        The table was measured in a moment that may have been busy. Noise only ever adds, so a
        faster step counts for more than a slower one.
        """
        key = (drafting_sequences, 0, num_drafts)
        expected = self._step_seconds(*key)
        weight = _FASTER_WEIGHT if seconds < expected else _SLOWER_WEIGHT
        self._seconds[key] = expected + (seconds - expected) * weight

    def _expected_gains(self, drafting: Seq[Sequence]) -> list[float]:
        """Tokens that k = 0, 1, … drafts per sequence are expected to add to the step."""
        gains = [0.0] * (self._max_drafts + 1)
        for sequence in drafting:
            reached, expected = 1.0, 0.0
            for position, share in enumerate(sequence.draft_acceptance or self._pooled):
                reached *= share
                expected += reached
                gains[position + 1] += expected
        return gains

    def _step_seconds(self, drafting_sequences: int, other_rows: int, num_drafts: int) -> float:
        key = (drafting_sequences, other_rows, num_drafts)
        if key not in self._seconds:
            self._seconds[key] = self._costs.step_seconds(*key)
        return self._seconds[key]

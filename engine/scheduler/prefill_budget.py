"""How many prompt tokens a step may read without making those who decode wait too long.

Learns from the durations that it is told; knows no clock.
"""

_KEPT = 0.8  # share of the past that each new step leaves in an average


class PrefillBudget:
    """Prompt tokens per step from a target time between two tokens.

    While anything decodes, the budget is the time that the decoding itself leaves of the target,
    at the speed prompts were read with lately; otherwise it is the maximum.
    """

    def __init__(
        self, *, block_size: int, maximum_tokens: int = 2048, target_seconds: float = 0.05
    ) -> None:
        self._least_tokens = min(block_size, maximum_tokens)
        self._maximum_tokens = maximum_tokens
        self._target_seconds = target_seconds
        self._decode_seconds: float | None = None
        # Decayed sums, so that a long chunk counts for more than a short one.
        self._prefill_seconds = 0.0
        self._prefill_tokens = 0.0

    def tokens(self, decode_rows: int) -> int:
        """The budget of a step in which `decode_rows` rows decode, in tokens."""
        if not decode_rows or not self._prefill_tokens:
            return self._maximum_tokens
        left_seconds = self._target_seconds - (self._decode_seconds or 0.0)
        tokens = left_seconds * self._prefill_tokens / max(self._prefill_seconds, 1e-9)
        return int(max(self._least_tokens, min(tokens, self._maximum_tokens)))

    def note_step(self, prefill_tokens: int, decode_rows: int, seconds: float) -> None:
        """Learn from a step that took `seconds`. A step of both kinds counts as reading for what
        the decoding alone would not have taken."""
        if prefill_tokens:
            decoding = (self._decode_seconds or 0.0) if decode_rows else 0.0
            reading = max(seconds - decoding, 0.0)
            self._prefill_seconds = self._prefill_seconds * _KEPT + reading
            self._prefill_tokens = self._prefill_tokens * _KEPT + prefill_tokens
        elif decode_rows:
            past = seconds if self._decode_seconds is None else self._decode_seconds
            self._decode_seconds = past * _KEPT + seconds * (1 - _KEPT)

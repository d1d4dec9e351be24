"""One request between submission and its terminal event: parser, times, the reason to end."""

from engine.chat.response_parser import ResponseParser
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import EngineEvent, Finished, FinishReason, GenerationRequest, Usage
from engine.scheduler import Sequence


class Generation:
    """One request between submission and its terminal event: parser, times, reason to end."""

    def __init__(
        self,
        request: GenerationRequest,
        sequence: Sequence,
        parser: ResponseParser,
        tokenizer: ChatTokenizer,
        *,
        ignore_stop_tokens: bool,
        submitted_at: float,
    ) -> None:
        self.sequence = sequence
        self.abort_requested = False
        self.queue_position: int | None = None
        self.admitted_at: float | None = None
        self._first_token_at: float | None = None
        self._submitted_at = submitted_at
        self._parser = parser
        self._stop_token_ids = frozenset() if ignore_stop_tokens else tokenizer.stop_token_ids
        self._observation_id = tokenizer.special_id("<|observation|>")
        self._completion_tokens = 0
        self._last_token_id: int | None = None
        self._prompt_tokens = len(sequence.token_ids)
        self.reason: FinishReason | None = None
        for token_id in request.resume_token_ids:
            if self.reason is None:
                self.accept(token_id)
                sequence.token_ids.append(token_id)
        self.prefill_tokens = len(sequence.token_ids)

    def accept(self, token_id: int) -> list[EngineEvent]:
        """Take the next token of the answer; sets `reason` if it is the last one."""
        self._completion_tokens += 1
        self._last_token_id = token_id
        if token_id in self._stop_token_ids:
            self.reason = FinishReason.STOP
            return []
        events = self._parser.feed((token_id,))
        if self._parser.stopped_by_string:
            self.reason = FinishReason.STOP
        elif self._prompt_tokens + self._completion_tokens >= self.sequence.max_total_tokens:
            self.reason = FinishReason.LENGTH
        return events

    def note_token_time(self, now: float) -> None:
        """Remember when this attempt's first token came."""
        if self._first_token_at is None:
            self._first_token_at = now

    def finish(self, reason: FinishReason, now: float) -> list[EngineEvent]:
        """What the parser still holds back, then the terminal event."""
        events = self._parser.finish()
        asks_for_tool = self._last_token_id == self._observation_id and self._parser.made_tool_call
        if reason is FinishReason.STOP and asks_for_tool:
            reason = FinishReason.TOOL_CALLS
        return [*events, Finished(reason=reason, usage=self._usage(now))]

    def _usage(self, now: float) -> Usage:
        admitted_at = now if self.admitted_at is None else self.admitted_at
        first_token_at = now if self._first_token_at is None else self._first_token_at
        return Usage(
            prompt_tokens=self._prompt_tokens,
            cached_tokens=0,
            completion_tokens=self._completion_tokens,
            thinking_tokens=self._parser.thinking_tokens,
            queue_ms=(admitted_at - self._submitted_at) * 1000,
            ttft_ms=(first_token_at - self._submitted_at) * 1000,
            duration_ms=(now - self._submitted_at) * 1000,
        )

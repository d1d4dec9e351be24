"""What one step did for one answer, between the bookkeeping and the telling."""

from dataclasses import dataclass

from engine.llm_engine.generation import Generation
from engine.protocol import EngineEvent, PrefillProgress, PromptLogprobs
from engine.runner import StepResult
from engine.scheduler import ScheduledChunk


@dataclass(frozen=True, slots=True)
class Progress:
    """`tokens` are those of the result that belong to the answer."""

    generation: Generation
    chunk: ScheduledChunk
    tokens: tuple[int, ...]
    result: StepResult
    was_prefilling: bool

    def prefill_events(self) -> list[EngineEvent]:
        """How far the prompt has been read, and how likely its tokens were if that was asked."""
        if not self.was_prefilling:
            return []
        done = self.chunk.start + self.chunk.length
        total = max(done, self.generation.prefill_tokens)
        events: list[EngineEvent] = [PrefillProgress(done_tokens=done, total_tokens=total)]
        if self.result.prompt_logprobs:
            start, logprobs = self.chunk.start + 1, self.result.prompt_logprobs
            events.append(PromptLogprobs(start=start, logprobs=logprobs))
        return events

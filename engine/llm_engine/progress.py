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
        """How far the prompt has been read, and how likely its tokens were if that was asked.

        Nothing of what a preempted answer reads again is told twice, and the tokens of an answer,
        which it reads like a prompt, are not told as such.
        """
        end, known = self.chunk.start + self.chunk.length, self.generation.read_tokens
        if not self.was_prefilling or end <= known:
            return []
        self.generation.read_tokens = end
        total = self.generation.prefill_tokens
        events: list[EngineEvent] = []
        if end <= total:
            events.append(PrefillProgress(done_tokens=end, total_tokens=total))
        told = max(0, known - self.chunk.start)
        start = self.chunk.start + 1 + told
        untold = max(0, self.generation.prompt_tokens - start)
        if logprobs := self.result.prompt_logprobs[told : told + untold]:
            events.append(PromptLogprobs(start=start, logprobs=logprobs))
        return events

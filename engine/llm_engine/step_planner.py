"""What the next step computes: the scheduler's choice, with how to draw and how far to draft."""

from collections.abc import Mapping
from collections.abc import Sequence as Seq

from engine.llm_engine.generation import Generation
from engine.runner import StepItem, StepResult, judged_drafts
from engine.scheduler import (
    DraftLengthPolicy,
    MultiStepPolicy,
    ScheduledChunk,
    Scheduler,
    Sequence,
    SequenceState,
    room_in_steps,
)


class StepPlanner:
    """Joins the scheduler and the policies; called under the engine's lock."""

    def __init__(
        self, scheduler: Scheduler, drafts: DraftLengthPolicy, multi_step: MultiStepPolicy
    ) -> None:
        self._scheduler = scheduler
        self._drafts = drafts
        self._multi_step = multi_step

    def plan(self, generations: Mapping[Sequence, Generation]) -> tuple[StepItem, ...]:
        """The items of the next step; empty when nothing can be computed."""
        if self._may_run_ahead(generations):
            drafts = self._drafts.choose(self._scheduler.running)
            drafts_wanted = drafts or None
            chunks = self._scheduler.schedule(self._choose_steps(drafts), drafts)
        else:
            chunks = self._scheduler.schedule()
            drafting = [chunk.sequence for chunk in chunks if chunk.samples]
            drafts_wanted = self._drafts.choose(drafting) or None
        return tuple(
            self._item(chunk, generations[chunk.sequence], drafts_wanted) for chunk in chunks
        )

    def note_step(self, items: Seq[StepItem], results: Seq[StepResult], seconds: float) -> None:
        """Learn from a step that took `seconds`: how fast prompts are read, which drafts held."""
        # Steps after one in which a sequence ended were not computed.
        seconds /= max(1, *(len(result.run_lengths) for result in results))
        decode_rows = sum(len(item.rows) for item in items)
        prefill_tokens = sum(item.num_rows for item in items) - decode_rows
        self._scheduler.budget.note_step(prefill_tokens, decode_rows, seconds)
        if not prefill_tokens:
            self._note_cost(items, seconds)
        for item, result in zip(items, results, strict=True):
            for drafted, accepted in judged_drafts(item, result):
                self._drafts.note(item.chunk.sequence, drafted, accepted)

    def _may_run_ahead(self, generations: Mapping[Sequence, Generation]) -> bool:
        """Whether nothing has to be asked between the next tokens of all answers."""
        scheduler = self._scheduler
        if self._multi_step.most_steps == 1 or not scheduler.running or scheduler.waiting:
            return False
        return all(
            sequence.state is SequenceState.RUNNING and generations[sequence].decoding.is_settled
            for sequence in scheduler.running
        )

    def _choose_steps(self, drafts: int) -> int:
        running = self._scheduler.running
        if not drafts and any(sequence.draft_token_ids for sequence in running):
            # What is there is verified first.
            return 1
        room = min(
            room_in_steps(
                sequence.max_total_tokens - len(sequence.token_ids),
                len(sequence.draft_token_ids),
                drafts,
            )
            for sequence in running
        )
        return self._multi_step.choose(self._drafts.step_seconds(len(running), drafts), room)

    def _note_cost(self, items: Seq[StepItem], seconds: float) -> None:
        """A step in which all verify as many drafts as they propose tells what that costs."""
        numbers = {(len(item.chunk.drafts), item.drafts_wanted or 0) for item in items}
        if len(numbers) == 1:
            verified, proposed = numbers.pop()
            if verified == proposed:
                self._drafts.note_seconds(len(items), proposed, seconds)

    def _item(
        self, chunk: ScheduledChunk, generation: Generation, drafts_wanted: int | None
    ) -> StepItem:
        is_prompt = chunk.sequence.state is SequenceState.PREFILLING
        if is_prompt and drafts_wanted is None and self._scheduler.limits.max_drafts:
            # What the draft layer has not read of a prompt could never be made up for.
            drafts_wanted = 0
        return StepItem(
            chunk,
            rows=generation.decoding.rows(chunk.drafts) if chunk.samples else (),
            drafts_wanted=drafts_wanted,
            prompt_logprobs=generation.request.sampling.prompt_logprobs if is_prompt else None,
        )

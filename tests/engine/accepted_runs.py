"""Engines whose drafts are mostly right, whatever the model: accepted runs on random weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.llm_engine import LLMEngine
from engine.protocol import EngineEvent, GenerationRequest, TokenLogprobs, ToolCallFinished
from engine.runner import ModelRunner, StepItem, StepResult
from engine.scheduler import DraftLengthPolicy
from engine.scheduler import Sequence as EngineSequence
from tests.engine.engines import Answer, answer_alone, load_engine_parts, run_to_end

# One draft in so many is wrong, so that runs of every length are accepted.
WRONG_EVERY = 6


class FixedDraftLength(DraftLengthPolicy):
    """Asks for the same number of drafts in every step, and notes what became of them."""

    def __init__(self, drafts: int) -> None:
        self._drafts = drafts
        # How many were drafted and accepted, of each sequence and step.
        self.outcomes: list[tuple[int, int]] = []

    def choose(self, drafting: Sequence[EngineSequence], other_rows: int = 0) -> int:
        return self._drafts if drafting else 0

    def step_seconds(self, sequences: int, num_drafts: int) -> float:
        return 0.001

    def note(self, sequence: EngineSequence, drafted: int, accepted: int) -> None:
        self.outcomes.append((drafted, accepted))

    def note_seconds(self, drafting_sequences: int, num_drafts: int, seconds: float) -> None:
        """The length is fixed, whatever it costs."""

    def acceptance(self, position: int) -> float:
        """The share of right drafts at a position, where all before it were right."""
        tried = [
            accepted
            for drafted, accepted in self.outcomes
            if drafted > position and accepted >= position
        ]
        return sum(accepted > position for accepted in tried) / len(tried)


class ForesightRunner(ModelRunner):
    """The real runner, but for its drafts: they are what the answers are known to be.

    `texts` holds the tokens of each answer by the name of its sequence.
    """

    def __init__(self, runner: ModelRunner, texts: Mapping[str, Sequence[int]], drafts: int):
        self._runner = runner
        self._texts = texts
        self._drafts = drafts
        self._prompt_tokens: dict[str, int] = {}
        self.accepted_runs: list[tuple[int, ...]] = []

    def launch(self, items: Sequence[StepItem]) -> None:
        for item in items:
            sequence = item.chunk.sequence
            self._prompt_tokens.setdefault(sequence.request_id, len(sequence.token_ids))
        self._runner.launch(items)

    def finish(self, items: Sequence[StepItem]) -> list[StepResult]:
        results = self._runner.finish(items)
        self.accepted_runs += [result.tokens for result in results if len(result.tokens) > 1]
        return [self._foresee(item, result) for item, result in zip(items, results, strict=True)]

    def close(self) -> None:
        self._runner.close()

    def _foresee(self, item: StepItem, result: StepResult) -> StepResult:
        if not result.tokens:
            return result
        name = item.chunk.sequence.request_id
        known = item.chunk.start + item.chunk.length + len(result.tokens)
        first = known - self._prompt_tokens[name]
        drafts = list(self._texts.get(name, ())[first : first + self._drafts])
        for place in range(len(drafts)):
            if (first + place) % WRONG_EVERY == WRONG_EVERY - 1:
                drafts[place] ^= 1
        return replace(result, draft_token_ids=tuple(drafts))


@dataclass
class DraftingEngine:
    """An engine with foresight; tell it `texts` before it is asked.

    It asks after every step, so none is decoded without it. Without foresight the drafts are the
    draft layer's own.
    """

    folder: Path
    drafts: int
    options: dict[str, Any] = field(default_factory=dict)
    foresees: bool = True

    def __post_init__(self) -> None:
        self.texts: dict[str, Sequence[int]] = {}
        steps = {"decode_steps": 1} if self.foresees else {}
        parts = load_engine_parts(self.folder, **{"max_drafts": 3, **steps, **self.options})
        self.runner = ForesightRunner(parts.runner, self.texts, self.drafts)
        policy = FixedDraftLength(self.drafts)
        runner = self.runner if self.foresees else parts.runner
        self.engine = LLMEngine(replace(parts, runner=runner, draft_policy=policy))

    def answer(self, request: GenerationRequest, text: Sequence[int]) -> Answer:
        """The answer, while the drafts are taken from `text`."""
        self._foresee(request, text)
        return answer_alone(self.engine, request)

    def answer_prompt(
        self, request: GenerationRequest, prompt: Sequence[int], text: Sequence[int]
    ) -> Answer:
        """As `answer`, for a prompt of tokens."""
        self._foresee(request, text)
        self.engine.submit_prompt(request, prompt)
        return run_to_end(self.engine)[request.request_id]

    def _foresee(self, request: GenerationRequest, text: Sequence[int]) -> None:
        self.texts[request.request_id] = text
        self.runner._prompt_tokens.clear()
        self.runner.accepted_runs.clear()


@dataclass(frozen=True)
class Told:
    """What an answer comes to, however many tokens came at a time."""

    token_ids: list[int]
    text: str
    thinking: str
    calls: list[EngineEvent]
    reason: str
    completion_tokens: int
    thinking_tokens: int
    logprob_ids: list[int]

    @classmethod
    def of(cls, answer: Answer) -> "Told":
        usage = answer.finished.usage
        return cls(
            token_ids=answer.token_ids,
            text=answer.text,
            thinking=answer.thinking,
            calls=[event for event in answer.events if isinstance(event, ToolCallFinished)],
            reason=answer.finished.reason,
            completion_tokens=usage.completion_tokens,
            thinking_tokens=usage.thinking_tokens,
            logprob_ids=[entry.token_id for entry in answer.logprobs],
        )


def largest_difference(one: Sequence[TokenLogprobs], other: Sequence[TokenLogprobs]) -> float:
    """Between the log probabilities of the same tokens."""
    pairs = zip(one, other, strict=True)
    return max(abs(first.logprob - second.logprob) for first, second in pairs)

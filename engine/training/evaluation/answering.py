"""Asks the engine the prompts, tool loop included, and gathers what it answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.llm_engine import LLMEngine
from engine.protocol import (
    ChatMessage,
    EngineEvent,
    Failed,
    Finished,
    FinishReason,
    GenerationRequest,
    Role,
    SamplingParams,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolCallFinished,
)
from engine.training.corpus.tools import ARTIFACT_TOOLS
from engine.training.evaluation.prompts import Prompt

MAX_ROUNDS = 3
MAX_TOKENS = 2500
BATCH_SIZE = 8
MODEL_NAME = "evaluated"


@dataclass(slots=True)
class Answer:
    """All that one turn said and made. `problem` tells why the turn did not end as it should."""

    thinking: str = ""
    text: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    problem: str = ""


@dataclass(slots=True)
class _Round:
    """One generation, while it is being written."""

    thinking: str = ""
    text: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    problem: str = ""

    def take(self, events: Iterable[EngineEvent]) -> None:
        for event in events:
            match event:
                case ThinkingDelta(text=text):
                    self.thinking += text
                case TextDelta(text=text):
                    self.text += text
                case ToolCallFinished(id=call_id, name=name, arguments=arguments):
                    self.calls.append(ToolCall(id=call_id, name=name, arguments=arguments))
                case Finished(reason=reason):
                    if reason not in (FinishReason.STOP, FinishReason.TOOL_CALLS):
                        self.problem = f"the answer ended by {reason.value}"
                case Failed(message=message):
                    self.problem = message


def answer_prompts(engine: LLMEngine, prompts: Sequence[Prompt]) -> dict[str, Answer]:
    """The greedy answer to every prompt, by the prompt's id."""
    answers: dict[str, Answer] = {}
    for start in range(0, len(prompts), BATCH_SIZE):
        answers |= _answer_batch(engine, prompts[start : start + BATCH_SIZE])
    return answers


def _answer_batch(engine: LLMEngine, prompts: Sequence[Prompt]) -> dict[str, Answer]:
    answers = {prompt.id: Answer() for prompt in prompts}
    chats = {prompt.id: [ChatMessage(role=Role.USER, content=prompt.text)] for prompt in prompts}
    thinking = {prompt.id: prompt.thinking for prompt in prompts}
    for _ in range(MAX_ROUNDS):
        for prompt_id, chat in chats.items():
            engine.submit(_request(prompt_id, chat, thinking=thinking[prompt_id]))
        rounds = _run(engine, chats)
        for prompt_id, done in rounds.items():
            _add_round(answers[prompt_id], done)
        chats = {
            prompt_id: chats[prompt_id] + _round_messages(done)
            for prompt_id, done in rounds.items()
            if done.calls and not done.problem
        }
    for prompt_id in chats:
        answers[prompt_id].problem = "the answer calls tools without end"
    return answers


def _request(prompt_id: str, chat: Sequence[ChatMessage], *, thinking: bool) -> GenerationRequest:
    return GenerationRequest(
        request_id=prompt_id,
        model=MODEL_NAME,
        messages=tuple(chat),
        tools=ARTIFACT_TOOLS,
        sampling=SamplingParams(temperature=0.0, max_tokens=MAX_TOKENS),
        thinking=thinking,
    )


def _run(engine: LLMEngine, request_ids: Iterable[str]) -> Mapping[str, _Round]:
    rounds = {request_id: _Round() for request_id in request_ids}
    while engine.has_work():
        for output in engine.step():
            rounds[output.request_id].take(output.batch.events)
    return rounds


def _add_round(answer: Answer, done: _Round) -> None:
    answer.thinking += done.thinking
    answer.text = "\n".join(part for part in (answer.text, done.text.strip()) if part)
    answer.calls += done.calls
    answer.problem = answer.problem or done.problem


def _round_messages(done: _Round) -> list[ChatMessage]:
    """What the tool loop appends: the call as it was written, and the tool's result."""
    spoken = ChatMessage(
        role=Role.ASSISTANT,
        content=done.text.strip(),
        thinking=done.thinking,
        tool_calls=tuple(done.calls),
    )
    results = [
        ChatMessage(
            role=Role.TOOL,
            content=f"Created {call.arguments.get('id', '')} version 1.",
            tool_call_id=call.id,
        )
        for call in done.calls
    ]
    return [spoken, *results]

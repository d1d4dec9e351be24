"""Lets a model work on cases: generate, call the workshop's tools, generate again."""

import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.errors import EngineError
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
from engine.training.corpus.conversation import user
from engine.training.corpus.turns import past_messages
from engine.training.evaluation.cases import Case
from engine.training.evaluation.verdicts import Attempt, open_workshop

MAX_ROUNDS = 6
MAX_TOKENS = 3000
MODEL_NAME = "evaluated"
AT_ONCE = 8
Generate = Callable[[GenerationRequest], Iterable[EngineEvent]]
# Yields what is to be generated, is sent the events of it, returns the attempt.
Work = Generator[GenerationRequest, list[EngineEvent], Attempt]


def attempt_all(
    cases: Sequence[Case], engine: LLMEngine, *, temperature: float = 0.0
) -> Iterator[tuple[Case, Attempt]]:
    """Every case with what the model made of it, as they end; `AT_ONCE` of them together."""
    waiting = deque(_Running(case, work_on(case, temperature)) for case in cases)
    running: dict[str, _Running] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            begun = waiting.popleft()
            attempt = _go_on(engine, running, begun)
            if attempt is not None:
                yield begun.case, attempt
        for output in engine.step():
            work = running[output.request_id]
            work.events = [*(work.events or []), *output.batch.events]
            if not any(isinstance(event, Finished | Failed) for event in output.batch.events):
                continue
            del running[output.request_id]
            attempt = _go_on(engine, running, work)
            if attempt is not None:
                yield work.case, attempt


@dataclass(slots=True)
class _Running:
    """A case, its work, and what came since its last request; None before the first."""

    case: Case
    work: Work
    events: list[EngineEvent] | None = None

    def send(self) -> GenerationRequest:
        """Hand over the events for the next request. Raises StopIteration with the attempt."""
        return next(self.work) if self.events is None else self.work.send(self.events)


def _go_on(engine: LLMEngine, running: dict[str, _Running], entry: _Running) -> Attempt | None:
    """Submit the next request; the attempt if there is none."""
    while True:
        try:
            request = entry.send()
        except StopIteration as end:
            attempt: Attempt = end.value
            return attempt
        try:
            engine.submit(request)
        except EngineError as error:
            entry.events = [Failed(code=error.code, message=error.message)]
            continue
        entry.events = []
        running[request.request_id] = entry
        return None


def attempt_case(case: Case, generate: Generate, *, temperature: float = 0.0) -> Attempt:
    """What is made and said of one case, where `generate` generates."""
    work = work_on(case, temperature)
    request = next(work)
    while True:
        try:
            request = work.send(list(generate(request)))
        except StopIteration as end:
            attempt: Attempt = end.value
            return attempt


def work_on(case: Case, temperature: float) -> Work:
    """At most `MAX_ROUNDS` generations, each with the answers of the tools before it."""
    attempt = Attempt(open_workshop(case))
    chat = [message for turn in case.past for message in past_messages(turn)]
    chat.append(user(case.right.prompt))
    for number in range(MAX_ROUNDS):
        events = yield GenerationRequest(
            request_id=f"{case.id}-{number}",
            model=MODEL_NAME,
            messages=tuple(chat),
            tools=case.tools,
            sampling=SamplingParams(
                temperature=temperature, max_tokens=MAX_TOKENS, seed=zlib.crc32(case.id.encode())
            ),
            thinking=case.thinking,
        )
        spoken = _listen(attempt, events)
        if attempt.problem or not spoken.tool_calls:
            return attempt
        chat += [spoken, *(_perform(attempt, call) for call in spoken.tool_calls)]
    attempt.problem = "the answer calls tools without end"
    return attempt


def _listen(attempt: Attempt, events: Iterable[EngineEvent]) -> ChatMessage:
    """The answer of one generation as a message; what it shows is added to the attempt."""
    text, thinking, calls = "", "", []
    for event in events:
        match event:
            case ThinkingDelta(text=piece):
                thinking += piece
            case TextDelta(text=piece):
                text += piece
            case ToolCallFinished(id=call_id, name=name, arguments=arguments):
                calls.append(ToolCall(id=call_id, name=name, arguments=arguments))
            case Finished(reason=reason):
                if reason not in (FinishReason.STOP, FinishReason.TOOL_CALLS):
                    attempt.problem = f"the answer ended by {reason.value}"
            case Failed(message=message):
                attempt.problem = message
    attempt.thinking += thinking
    attempt.text = "\n".join(part for part in (attempt.text, text.strip()) if part)
    return ChatMessage(
        role=Role.ASSISTANT, content=text.strip(), thinking=thinking, tool_calls=tuple(calls)
    )


def _perform(attempt: Attempt, call: ToolCall) -> ChatMessage:
    attempt.calls.append(call)
    arguments = {key: str(value) for key, value in call.arguments.items()}
    result = attempt.workshop.call(call.name, arguments)
    return ChatMessage(role=Role.TOOL, content=result, tool_call_id=call.id)

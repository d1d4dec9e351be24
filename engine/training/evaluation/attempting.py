"""Lets a model work on a case: generate, call the workshop's tools, generate again."""

from collections.abc import Callable, Iterable, Iterator

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
Generate = Callable[[GenerationRequest], Iterable[EngineEvent]]


def generate_by(engine: LLMEngine) -> Generate:
    """One request after the other on the engine."""

    def generate(request: GenerationRequest) -> Iterator[EngineEvent]:
        engine.submit(request)
        while engine.has_work():
            for output in engine.step():
                yield from output.batch.events

    return generate


def attempt_case(case: Case, generate: Generate, *, temperature: float = 0.0) -> Attempt:
    """What the model makes and says, in at most `MAX_ROUNDS` generations."""
    attempt = Attempt(open_workshop(case))
    chat = [message for turn in case.past for message in past_messages(turn)]
    chat.append(user(case.right.prompt))
    for number in range(MAX_ROUNDS):
        sampling = SamplingParams(temperature=temperature, max_tokens=MAX_TOKENS)
        request = GenerationRequest(
            request_id=f"{case.id}-{number}",
            model=MODEL_NAME,
            messages=tuple(chat),
            tools=case.tools,
            sampling=sampling,
            thinking=case.thinking,
        )
        spoken = _listen(attempt, generate(request))
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
    attempt.tools.append(call.name)
    arguments = {key: str(value) for key, value in call.arguments.items()}
    result = attempt.workshop.call(call.name, arguments)
    return ChatMessage(role=Role.TOOL, content=result, tool_call_id=call.id)

"""Turns with several tool calls: how they are trained, and what is left of them in later prompts.

Both follow the web side: the results are its sentences, and an earlier call is shown with a stub
in place of its text, or not at all if it only read or arranged something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.protocol import ChatMessage, Role, ToolCall, ToolSpec
from engine.training.corpus.conversation import Conversation, Exchange, user
from engine.training.corpus.tools import ARTIFACT_TOOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """What a later prompt shows of a call."""

    arguments: Mapping[str, str]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A tool call and its result. `stub` is None for calls that later prompts leave out;
    `is_given` marks a call that is part of the sample but not to be learned (a slip)."""

    tool: str
    arguments: Mapping[str, str]
    result: str
    stub: Stub | None = None
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A user message and all that answers it; every inner tuple of `rounds` is one generation."""

    prompt: str
    trace: str
    reply: str
    rounds: tuple[tuple[Step, ...], ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All calls in order."""
        return tuple(step for round_ in self.rounds for step in round_)


def turn_of(exchange: Exchange, version: int = 1) -> Turn:
    """The exchange of a family with at most one artifact as a turn."""
    from engine.training.corpus.steps import create_step

    if exchange.artifact is None:
        return Turn(exchange.prompt, exchange.trace, exchange.reply)
    made = exchange.artifact
    step = create_step(made.id, made.type, made.title, made.content, version=version)
    return Turn(exchange.prompt, exchange.trace, exchange.reply, ((step,),))


def current_messages(turn: Turn, *, thinking: bool) -> list[ChatMessage]:
    """The turn that is trained: whole texts, thinking before the first call or the answer."""
    messages = [user(turn.prompt)]
    trace = turn.trace if thinking else ""
    for round_ in turn.rounds:
        calls = [(step.tool, step.arguments, step.result) for step in round_]
        messages += _round(calls, trace)
        trace = ""
    last = ChatMessage(role=Role.ASSISTANT, content=turn.reply, thinking=trace)
    return [*messages, last]


def past_messages(turn: Turn) -> list[ChatMessage]:
    """What a later prompt shows: no thinking, all calls in one round, stubs for their texts."""
    stubs = [(step.tool, step.stub) for step in turn.steps if step.stub is not None]
    calls = [(tool, stub.arguments, stub.result) for tool, stub in stubs]
    last = ChatMessage(role=Role.ASSISTANT, content=turn.reply)
    return [user(turn.prompt), *(_round(calls, "") if calls else ()), last]


def converse(
    past: Sequence[Turn],
    current: Turn,
    *,
    thinking: bool,
    family: str,
    tools: tuple[ToolSpec, ...] = ARTIFACT_TOOLS,
) -> Conversation:
    """A training sample: earlier turns and the one that is trained."""
    messages = [message for turn in past for message in past_messages(turn)]
    start = len(messages)
    messages += current_messages(current, thinking=thinking)
    given = _given_messages(current, start + 1)
    return Conversation(tuple(messages), thinking, tools, family, given)


def _given_messages(turn: Turn, start: int) -> tuple[int, ...]:
    given: list[int] = []
    for round_ in turn.rounds:
        if any(step.is_given for step in round_):
            given.append(start)
        start += 1 + len(round_)
    return tuple(given)


def _round(calls: Sequence[tuple[str, Mapping[str, str], str]], trace: str) -> list[ChatMessage]:
    made = tuple(
        ToolCall(id=f"call-{number}", name=tool, arguments=dict(arguments))
        for number, (tool, arguments, _) in enumerate(calls)
    )
    results = [
        ChatMessage(role=Role.TOOL, content=result, tool_call_id=f"call-{number}")
        for number, (*_, result) in enumerate(calls)
    ]
    return [ChatMessage(role=Role.ASSISTANT, thinking=trace, tool_calls=made), *results]

"""The loop of an agent: generate, run the tools that were called, generate again.

What a tool stored is looked at, and what is wrong with it goes back to the model with the tool's
answer, so that it can mend it.
"""

from dataclasses import dataclass, field

from engine.protocol import (
    ChatMessage,
    EngineEvent,
    Failed,
    Finished,
    FinishReason,
    Role,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolCallFinished,
    ToolSpec,
)
from webapp.agents.base import Agent, ToolOutcome, ToolScope, TurnContext
from webapp.agents.repairs import Repairs
from webapp.conversations.tool_names import canonical_name
from webapp.core.errors import GenerationFailed
from webapp.core.events import ArtifactAction, ArtifactKind
from webapp.core.tracing import span

MAX_ROUNDS = 8
# A deck is written page by page; every page may be a round of its own.
MAX_DECK_ROUNDS = 24
ROUNDS_GO_ON = (FinishReason.TOOL_CALLS, FinishReason.STOP)


@dataclass
class _Round:
    """What one generation said, as the next one will read it."""

    text: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    results: list[ChatMessage] = field(default_factory=list)
    reason: FinishReason = FinishReason.STOP
    made_deck: bool = False

    def messages(self) -> tuple[ChatMessage, ...]:
        spoken = ChatMessage(
            role=Role.ASSISTANT,
            content="".join(self.text),
            thinking="".join(self.thinking),
            tool_calls=tuple(self.calls),
        )
        return (spoken, *self.results)


def opening_messages(agent: Agent, history: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    """What the first generation of a turn reads: the agent's prompt, then the talk."""
    return (ChatMessage(role=Role.SYSTEM, content=agent.system_prompt), *history)


def tool_specs(agent: Agent) -> tuple[ToolSpec, ...]:
    """The agent's tools, as every generation of it reads them."""
    return tuple(tool.spec for tool in agent.tools)


def run_agent(agent: Agent, context: TurnContext) -> FinishReason:
    """Writes the whole answer; returns why it ended.

    Raises GenerationFailed with the engine's code if a generation failed.
    """
    messages = opening_messages(agent, context.history)
    reason, repairs = FinishReason.STOP, Repairs()
    ordinal, last = 1, MAX_ROUNDS
    while ordinal <= last:
        with span("generation", ordinal=ordinal):
            round = _write_round(agent, context, ordinal, messages, repairs)
        reason = round.reason
        if not round.calls or reason not in ROUNDS_GO_ON:
            break
        if round.made_deck:
            last = MAX_DECK_ROUNDS
        messages = (*messages, *round.messages())
        ordinal += 1
    return reason


def _write_round(
    agent: Agent,
    context: TurnContext,
    ordinal: int,
    messages: tuple[ChatMessage, ...],
    repairs: Repairs,
) -> _Round:
    round = _Round()
    for event in context.generate(ordinal, messages, tool_specs(agent), agent.sampling):
        _take(round, event)
        if isinstance(event, ToolCallFinished):
            _run_call(agent, context, ordinal, round, event, repairs)
    return round


def _take(round: _Round, event: EngineEvent) -> None:
    if isinstance(event, TextDelta):
        round.text.append(event.text)
    elif isinstance(event, ThinkingDelta):
        round.thinking.append(event.text)
    elif isinstance(event, Finished):
        round.reason = event.reason
    elif isinstance(event, Failed):
        raise GenerationFailed(event.code, event.message)


def _run_call(
    agent: Agent,
    context: TurnContext,
    ordinal: int,
    round: _Round,
    event: ToolCallFinished,
    repairs: Repairs,
) -> None:
    call = ToolCall(id=event.id, name=event.name, arguments=event.arguments)
    name = canonical_name(call.name)
    scope = ToolScope(
        conversation_id=context.conversation_id,
        message_id=context.message_id,
        call=f"{ordinal}.{event.index}",
    )
    tool = next((tool for tool in agent.tools if tool.spec.name == name), None)
    if tool is None:
        outcome = ToolOutcome(
            result=f"Error: there is no tool {call.name!r}.",
            failure="The model asked for a tool that does not exist.",
        )
    else:
        with span("tool", tool=name):
            outcome = tool.run(call, scope)
    context.record_tool(name, event.index, outcome)
    result = outcome.result + _afterthought(context, name, outcome, repairs)
    round.made_deck |= outcome.made is not None and outcome.made.kind is ArtifactKind.DECK
    round.calls.append(call)
    round.results.append(ChatMessage(role=Role.TOOL, content=result, tool_call_id=call.id))


def _afterthought(context: TurnContext, name: str, outcome: ToolOutcome, repairs: Repairs) -> str:
    """Further lines of the tool's answer: what a look at the version showed."""
    if outcome.made is None:
        return repairs.after_refusal(name) if outcome.failure else ""
    if outcome.made.action is ArtifactAction.DECK:
        return ""
    report = context.check(outcome.made)
    return "" if report is None else repairs.after_check(outcome.made, report)

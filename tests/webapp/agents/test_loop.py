"""The loop: tools run between generations, errors go back to the model, rounds are few."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from engine.protocol import (
    ChatMessage,
    EngineEvent,
    ErrorCode,
    Failed,
    FinishReason,
    Role,
    SamplingParams,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolCallFinished,
    ToolSpec,
)
from tests.scripted_engine import finished
from webapp.agents.base import Agent, ToolOutcome, ToolScope
from webapp.agents.chat.agent import load_chat_agent
from webapp.agents.loop import MAX_ROUNDS, run_agent
from webapp.core.errors import GenerationFailed

ECHO = ToolSpec(name="echo", description="says it again", parameters={"type": "object"})
CALL = ToolCallFinished(index=0, id="c", name="echo", arguments={"text": "ho"})
CALLED: list[EngineEvent] = [CALL, finished(FinishReason.TOOL_CALLS)]


class Echo:
    spec = ECHO

    def __init__(self) -> None:
        self.scopes: list[ToolScope] = []

    def run(self, call: ToolCall, scope: ToolScope) -> ToolOutcome:
        self.scopes.append(scope)
        return ToolOutcome(result=f"echo {call.arguments['text']}")


class Context:
    """Plays one scripted generation after the other."""

    def __init__(self, *generations: list[EngineEvent]) -> None:
        self._generations = iter(generations)
        self.prompts: list[tuple[ChatMessage, ...]] = []
        self.outcomes: list[tuple[str, int, ToolOutcome]] = []
        self._ids = (uuid4(), uuid4())

    @property
    def conversation_id(self) -> UUID:
        return self._ids[0]

    @property
    def message_id(self) -> UUID:
        return self._ids[1]

    @property
    def history(self) -> tuple[ChatMessage, ...]:
        return (ChatMessage(role=Role.USER, content="Hi"),)

    def generate(
        self,
        ordinal: int,
        messages: tuple[ChatMessage, ...],
        tools: tuple[ToolSpec, ...],
        sampling: SamplingParams,
    ) -> Iterator[EngineEvent]:
        assert ordinal == len(self.prompts) + 1
        self.prompts.append(messages)
        yield from next(self._generations)

    def record_tool(self, tool: str, index: int, outcome: ToolOutcome) -> None:
        self.outcomes.append((tool, index, outcome))


def make_agent() -> tuple[Agent, Echo]:
    tool = Echo()
    return Agent(name="test", system_prompt="Be brief.", tools=(tool,)), tool


def test_an_answer_without_calls_is_one_generation() -> None:
    context = Context([TextDelta(text="Hello"), finished()])
    assert run_agent(make_agent()[0], context) is FinishReason.STOP
    assert context.prompts[0][0] == ChatMessage(role=Role.SYSTEM, content="Be brief.")
    assert len(context.prompts) == 1


def test_a_call_is_run_and_its_result_read_by_the_next_generation() -> None:
    agent, tool = make_agent()
    said: list[EngineEvent] = [ThinkingDelta(text="hm"), TextDelta(text="Wait"), *CALLED]
    context = Context(said, [TextDelta(text="Done"), finished()])
    assert run_agent(agent, context) is FinishReason.STOP
    assert context.prompts[1][2:] == (
        ChatMessage(
            role=Role.ASSISTANT,
            content="Wait",
            thinking="hm",
            tool_calls=(ToolCall(id="c", name="echo", arguments={"text": "ho"}),),
        ),
        ChatMessage(role=Role.TOOL, content="echo ho", tool_call_id="c"),
    )
    assert tool.scopes[0].call == "1.0"
    assert context.outcomes[0][:2] == ("echo", 0)


def test_a_tool_that_does_not_exist_is_an_error_for_model_and_person() -> None:
    unknown = ToolCallFinished(index=0, id="c", name="fly", arguments={})
    context = Context([unknown, finished(FinishReason.TOOL_CALLS)], [finished()])
    run_agent(make_agent()[0], context)
    assert context.outcomes[0][2].failure
    assert "fly" in context.prompts[1][-1].content


def test_calls_without_end_are_ended() -> None:
    context = Context(*[CALLED] * 9)
    assert run_agent(make_agent()[0], context) is FinishReason.TOOL_CALLS
    assert len(context.prompts) == MAX_ROUNDS


@pytest.mark.parametrize("reason", [FinishReason.ABORTED, FinishReason.LENGTH])
def test_nothing_follows_a_stop_or_a_cut(reason: FinishReason) -> None:
    context = Context([CALL, finished(reason)])
    assert run_agent(make_agent()[0], context) is reason
    assert len(context.prompts) == 1


def test_an_engine_error_is_raised_with_its_code() -> None:
    failure = Failed(code=ErrorCode.OUT_OF_MEMORY, message="No room.")
    with pytest.raises(GenerationFailed) as raised:
        run_agent(make_agent()[0], Context([failure]))
    assert (raised.value.code, raised.value.message) == (ErrorCode.OUT_OF_MEMORY, "No room.")


def test_the_chat_agent_offers_artifacts_and_says_how() -> None:
    agent = load_chat_agent()
    assert [tool.spec.name for tool in agent.tools] == ["artifact_create"]
    assert list(agent.tools[0].spec.parameters["properties"]) == ["id", "type", "title", "content"]
    assert "artifact_create" in agent.system_prompt

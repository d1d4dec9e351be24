"""The loop: tools run between generations, errors go back to the model, rounds are few."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
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
from engine.training.corpus.tools import ARTIFACT_TOOLS
from engine.training.template import GLM_NANO_TEMPLATE
from tests.scripted_engine import finished
from webapp.agents.base import Agent, MadeVersion, ToolOutcome, ToolScope
from webapp.agents.chat.agent import load_chat_agent
from webapp.agents.loop import (
    MAX_DECK_ROUNDS,
    MAX_ROUNDS,
    opening_messages,
    run_agent,
    tool_specs,
)
from webapp.artifacts.checks import CheckReport, Finding, Severity
from webapp.core.errors import GenerationFailed
from webapp.core.events import ArtifactKind, CheckState, PageRef

NANO = Path(__file__).resolve().parents[3] / "models" / "glm-nano"
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
        self.checked: list[MadeVersion] = []
        self.reports: Iterator[CheckReport] = iter(())

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

    def check(self, made: MadeVersion) -> CheckReport | None:
        self.checked.append(made)
        return next(self.reports, None)


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
    context = Context(*[CALLED] * 19)
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


class Maker:
    """Makes a version at every call, or is refused."""

    def __init__(self, name: str, kind: ArtifactKind, page: str | None = None) -> None:
        self.spec = ToolSpec(name=name, description="makes", parameters={"type": "object"})
        self._kind = kind
        self._page = PageRef(id=page, position=1, title="P") if page else None

    def run(self, call: ToolCall, scope: ToolScope) -> ToolOutcome:
        if call.arguments.get("text") == "refuse":
            return ToolOutcome(result="Error: no.", failure="No.")
        made = MadeVersion(artifact="a", kind=self._kind, title="A", number=1, page=self._page)
        return ToolOutcome(result="Made a.", made=made)


def calls(name: str, text: str = "ho") -> list[EngineEvent]:
    called = ToolCallFinished(index=0, id="c", name=name, arguments={"text": text})
    return [called, finished(FinishReason.TOOL_CALLS)]


def report(*findings: Finding) -> CheckReport:
    return CheckReport(state=CheckState.FAILED, findings=findings)


WIDE = Finding(
    code="overflow",
    severity=Severity.ERROR,
    page="0000000a",
    element="h1",
    message="The title leaves the page by 40 px.",
)
PALE = Finding(code="contrast", severity=Severity.WARNING, message="Pale.")


def run_maker(maker: Maker, *reports: CheckReport, rounds: int) -> Context:
    name = maker.spec.name
    context = Context(*[calls(name)] * rounds, [finished()])
    context.reports = iter(reports)
    run_agent(Agent(name="test", system_prompt="", tools=(maker,)), context)
    return context


def test_what_a_check_finds_follows_the_answer_and_twice_is_enough() -> None:
    maker = Maker("artifact_edit", ArtifactKind.HTML)
    context = run_maker(maker, *[report(WIDE, PALE)] * 2, report(PALE), rounds=3)
    told = [prompt[-1].content for prompt in context.prompts[1:]]
    problem = "Made a.\nCheck: 1 problem.\n- The title leaves the page by 40 px. (h1)"
    assert told == [problem, f"{problem}\nLeave it and tell the person.", "Made a."]


def test_a_page_is_told_of_its_own_problems_only() -> None:
    mine, other = Maker("insert_page", ArtifactKind.DECK, "0000000a"), "0000000b"
    assert "Check" in run_maker(mine, report(WIDE), rounds=1).prompts[1][-1].content
    theirs = Maker("insert_page", ArtifactKind.DECK, other)
    assert run_maker(theirs, report(WIDE), rounds=1).prompts[1][-1].content == "Made a."


def test_no_check_costs_nothing_but_the_check() -> None:
    context = run_maker(Maker("artifact_edit", ArtifactKind.HTML), rounds=1)
    assert len(context.checked) == 1
    assert context.prompts[1][-1].content == "Made a."


def test_a_deck_may_take_more_rounds_and_they_end_too() -> None:
    maker = Maker("insert_page", ArtifactKind.DECK)
    assert len(run_maker(maker, rounds=22).prompts) == 23
    assert len(run_maker(maker, rounds=40).prompts) == MAX_DECK_ROUNDS


def test_edits_that_fail_twice_get_a_hint() -> None:
    maker = Maker("artifact_edit", ArtifactKind.HTML)
    context = Context(*[calls("artifact_edit", "refuse")] * 2, [finished()])
    run_agent(Agent(name="test", system_prompt="", tools=(maker,)), context)
    assert context.prompts[1][-1].content == "Error: no."
    assert context.prompts[2][-1].content.endswith("use artifact_rewrite with the whole document.")


def test_a_name_that_a_model_knows_from_elsewhere_is_understood() -> None:
    maker = Maker("remove_pages", ArtifactKind.DECK)
    context = Context(calls("remove_slides"), [finished()])
    run_agent(Agent(name="test", system_prompt="", tools=(maker,)), context)
    assert context.outcomes[0][0] == "remove_pages"
    assert context.prompts[1][-2].tool_calls[0].name == "remove_slides"


def test_the_chat_agent_offers_every_tool_and_says_how() -> None:
    agent = load_chat_agent("three: /lib/three")
    for tool in agent.tools:
        parameters = tool.spec.parameters
        assert tool.spec.name in agent.system_prompt
        assert all(one["type"] == "string" for one in parameters["properties"].values())
        assert set(parameters["required"]) <= set(parameters["properties"])
    names = list(agent.tools[0].spec.parameters["properties"])
    assert names == ["id", "type", "title", "size", "language", "content"]
    assert "three: /lib/three" in agent.system_prompt
    assert "{library}" not in load_chat_agent().system_prompt


def test_a_prompt_for_glm_nano_is_what_it_was_trained_on() -> None:
    """Instructions, a note, and what a tool says of itself change no byte of it."""
    template = ChatTemplate.from_folder(NANO)
    agent = load_chat_agent()
    talk = (ChatMessage(role=Role.USER, content="Make a badge"),)
    note = ChatMessage(role=Role.SYSTEM, content="What has been made: - badge")
    messages = (*opening_messages(agent, ()), note, *talk)
    tokenizer = ChatTokenizer.from_folder(NANO)
    ids = template.render_ids(messages, tool_specs(agent), thinking=True, tokenizer=tokenizer)
    trained = template.render_ids(talk, ARTIFACT_TOOLS, thinking=True, tokenizer=tokenizer)
    assert ids == trained
    assert (NANO / "chat_template.jinja").read_text() == GLM_NANO_TEMPLATE

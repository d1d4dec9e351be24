"""The preview's bench writes the page that is asked for, and counts only the draft that grows."""

from engine.protocol import (
    ChatMessage,
    Finished,
    FinishReason,
    GenerationRequest,
    Role,
    ToolArgumentDelta,
    ToolCallFinished,
)
from engine.protocol.events import EngineEvent
from tools.bench_preview import Figures
from tools.fanout.paced_engine import PacedEngine
from tools.preview.long_page import LongPage, read_long_page

PAGE = LongPage(lines=200, per_second=4000)


def test_a_prompt_says_which_page_is_written() -> None:
    assert read_long_page(f"Please: {PAGE.prompt()}") == PAGE
    assert read_long_page("pace tokens=3 bytes=0") is None


def test_a_page_has_its_lines_and_each_of_the_body_its_time() -> None:
    text = "".join(PAGE.tokens())
    assert text.count("\n") == PAGE.lines
    assert text.count("<p data-at=") == text.count("</p>") > PAGE.lines / 3


def test_the_engine_writes_it_as_one_call_at_its_pace_and_then_rests() -> None:
    asked = ChatMessage(role=Role.USER, content=PAGE.prompt())
    written = run([asked])
    (call,) = [event for event in written if isinstance(event, ToolCallFinished)]
    pieces = [
        event.text
        for event in written
        if isinstance(event, ToolArgumentDelta) and event.key == "content"
    ]
    assert call.arguments["content"] == "".join(pieces)
    assert len(pieces) == -(-len(list(PAGE.tokens())) // PAGE.per_step)
    assert isinstance(written[-1], Finished)
    assert written[-1].reason is FinishReason.TOOL_CALLS

    done = ChatMessage(role=Role.TOOL, content="made", tool_call_id="call_0")
    assert not [event for event in run([asked, done]) if isinstance(event, ToolCallFinished)]


def test_only_the_frame_of_the_draft_counts_and_only_tasks_of_its_time() -> None:
    figures = Figures()
    told = [
        {"frame": 1, "top": True, "tasks": [{"at": 5, "ms": 90, "name": "self"}], "lags": []},
        {"frame": 2, "top": False, "tasks": [], "lags": [100, 120]},
        {"frame": 1, "top": True, "tasks": [{"at": 50, "ms": 60, "name": "self"}], "lags": []},
        {"frame": 3, "top": False, "tasks": [], "lags": [9000]},
    ]
    for one in told:
        figures.add(one)
    report = figures.report(10, 60)
    assert (report["lines_seen"], report["behind_ms"]["max"]) == (2, 120)
    assert report["long_tasks_page"] == {"count": 1, "longest_ms": 60}
    assert report["long_tasks_frame"]["count"] == 0


def run(messages: list[ChatMessage]) -> list[EngineEvent]:
    engine = PacedEngine()
    engine.submit(GenerationRequest(request_id="r", model="m", messages=tuple(messages)))
    events: list[EngineEvent] = []
    while engine.has_work():
        events += [event for output in engine.step() for event in output.batch.events]
    return events

"""The folder: whatever the engine says, what it shows adds up to what it keeps."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.protocol import (
    ChoiceFinished,
    EngineEvent,
    ErrorCode,
    Failed,
    FinishReason,
    PrefillProgress,
    PromptLogprobs,
    Queued,
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
)
from tests.scripted_engine import finished
from tests.turn_reducer import reduce_events
from webapp.agents.base import MadeVersion, ToolOutcome
from webapp.agents.tools.drafts import KnownArtifact
from webapp.core.events import (
    ArtifactAction,
    ArtifactDelta,
    ArtifactKind,
    ArtifactPart,
    ArtifactStarted,
    CheckState,
    CheckSummary,
    PageRef,
    Part,
    TextPart,
    ThinkingPart,
    ToolErrorPart,
    TurnEvent,
    TurnPhase,
    TurnStarted,
    TurnStatus,
)
from webapp.generation.folder import TurnFolder

WORDS = st.text(alphabet="ab \n<é", max_size=4)
# A machine that is busy is no fault of the folder.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OUTCOMES = st.sampled_from(["stored", "refused", "renamed", "read"])
TOOLS = (
    "artifact_create",
    "artifact_edit",
    "artifact_rewrite",
    "artifact_read",
    "deck_create",
    "insert_page",
    "insert_slide",
    "update_page",
    "undo",
)


class Artifacts:
    """A chat in which a game and a deck of two pages have been made."""

    def id_of(self, identifier: str) -> str:
        return f"id-of-{identifier}"

    def find(self, identifier: str) -> KnownArtifact | None:
        if identifier == "game":
            return KnownArtifact(id="id-of-game", kind=ArtifactKind.HTML, title="Game")
        if identifier in ("deck", ""):
            pages = (("0000000a", "One"), ("0000000b", "Two"))
            return KnownArtifact(id="id-of-deck", kind=ArtifactKind.DECK, title="Deck", pages=pages)
        return None


def make_folder(known_durations_ms: tuple[int, ...] = ()) -> TurnFolder:
    ticks: Iterator[int] = count()
    return TurnFolder(
        artifacts=Artifacts(),
        clock=lambda: float(next(ticks)),
        known_durations_ms=known_durations_ms,
    )


@st.composite
def plain_events(draw: st.DrawFn) -> list[EngineEvent | ToolOutcome]:
    kind = draw(st.sampled_from(["queue", "prefill", "think", "stop_thinking", "write"]))
    text = draw(WORDS)
    return {
        "queue": [Queued(position=draw(st.integers(1, 3)))],
        "prefill": [PrefillProgress(done_tokens=draw(st.integers(0, 9)), total_tokens=9)],
        "think": [ThinkingDelta(text=text)],
        "stop_thinking": [ThinkingFinished()],
        "write": [TextDelta(text=text)],
    }[kind]  # type: ignore[return-value]


@st.composite
def calls(draw: st.DrawFn) -> list[EngineEvent | ToolOutcome]:
    name = draw(st.sampled_from([*TOOLS, "unknown_tool"]))
    events: list[EngineEvent | ToolOutcome] = [ToolCallStarted(index=0, id="c", name=name)]
    arguments = {
        "id": draw(st.sampled_from(["game", "My Game", "deck", "", "!"])),
        "type": draw(st.sampled_from(["html", "svg", "exe"])),
        "position": draw(st.sampled_from(["1", "3", "last", "", "nine"])),
        "title": draw(WORDS),
        "edits": "<<<<<<< SEARCH",
        "content": draw(st.text(alphabet="<a>", max_size=6)),
    }
    keys = list(arguments)
    for key in draw(st.sampled_from([keys, keys[::-1], [*keys[3:], *keys[:3]]])):
        pieces = (arguments[key][:2], arguments[key][2:])
        events += [ToolArgumentDelta(index=0, key=key, text=piece) for piece in pieces]
    if draw(st.booleans()) and draw(st.booleans()):
        return events
    events.append(ToolCallFinished(index=0, id="c", name=name, arguments=arguments))
    outcome = draw(OUTCOMES)
    made = MadeVersion(
        artifact="id-of-other" if outcome == "renamed" else "id-of-game",
        kind=ArtifactKind.HTML,
        title="T",
        number=draw(st.integers(1, 3)),
        action=draw(st.sampled_from([ArtifactAction.CREATE, ArtifactAction.PAGE])),
        page=draw(st.sampled_from([None, PageRef(id="0a1b2c3d", position=1, title="P")])),
        summary=draw(WORDS),
    )
    refused = ToolOutcome(result="no", failure="It did not work.")
    outcomes = {"refused": refused, "read": ToolOutcome(result="1| text")}
    return [*events, outcomes.get(outcome, ToolOutcome(result="ok", made=made))]


@st.composite
def generations(draw: st.DrawFn) -> list[EngineEvent | ToolOutcome]:
    steps = draw(st.lists(st.one_of(plain_events(), calls()), max_size=8))
    ends: list[EngineEvent | ToolOutcome] = [
        finished(),
        Failed(code=ErrorCode.OUT_OF_MEMORY, message="m"),
    ]
    return [step for some in steps for step in some] + [draw(st.sampled_from(ends))]


def fold_all(
    folder: TurnFolder, turn: list[list[EngineEvent | ToolOutcome]]
) -> Iterator[list[TurnEvent]]:
    for generation in turn:
        yield folder.begin_generation()
        for step in generation:
            if isinstance(step, ToolOutcome):
                yield folder.record_tool("artifact_create", 0, step)
                yield folder.begin_check()
                yield from _checks(folder, step)
            else:
                yield folder.fold(step)
    yield folder.end_generation()


def _checks(folder: TurnFolder, outcome: ToolOutcome) -> Iterator[list[TurnEvent]]:
    if outcome.made is not None:
        check = CheckSummary(state=CheckState.FAILED, errors=outcome.made.number)
        yield folder.record_check(outcome.made.artifact, outcome.made.number, check)


@UNHURRIED
@given(turn=st.lists(generations(), min_size=1, max_size=3))
def test_the_events_add_up_to_the_parts_at_every_moment(
    turn: list[list[EngineEvent | ToolOutcome]],
) -> None:
    folder = make_folder()
    shown: list[TurnEvent] = []
    for events in fold_all(folder, turn):
        shown += events
        assert reduce_events(shown) == folder.parts()


@UNHURRIED
@given(turn=st.lists(generations(), min_size=1, max_size=2), data=st.data())
def test_a_snapshot_at_any_moment_and_what_follows_add_up_too(
    turn: list[list[EngineEvent | ToolOutcome]], data: st.DataObject
) -> None:
    folder = make_folder()
    steps = fold_all(folder, turn)
    for _ in range(data.draw(st.integers(0, 20))):
        next(steps, None)
    shown: list[TurnEvent] = [
        TurnStarted(
            conversation="c", user_message="u", assistant_message="a", parts=tuple(folder.parts())
        )
    ]
    for events in steps:
        shown += events
    assert reduce_events(shown) == folder.parts()


@UNHURRIED
@given(turn=st.lists(generations(), min_size=1, max_size=2))
def test_a_status_is_shown_only_when_it_changed(
    turn: list[list[EngineEvent | ToolOutcome]],
) -> None:
    last = make_folder().status
    for events in fold_all(make_folder(), turn):
        for event in events:
            if isinstance(event, TurnStatus):
                assert event != last
                last = event


@pytest.fixture
def fold() -> Callable[..., tuple[list[TurnEvent], list[Part]]]:
    def fold(*events: EngineEvent) -> tuple[list[TurnEvent], list[Part]]:
        folder = make_folder()
        return [shown for event in events for shown in folder.fold(event)], folder.parts()

    return fold


Fold = Callable[..., tuple[list[TurnEvent], list[Part]]]


def test_thinking_that_nobody_closed_ends_with_the_answer(fold: Fold) -> None:
    _, parts = fold(ThinkingDelta(text="hm"), TextDelta(text="\n\nYes"))
    assert parts == [ThinkingPart(text="hm", duration_ms=1000), TextPart(text="Yes")]


def test_line_breaks_alone_make_no_text(fold: Fold) -> None:
    shown, parts = fold(TextDelta(text="\n"), ToolCallStarted(index=0, id="c", name="x"))
    assert parts == []
    assert [event.type for event in shown] == ["turn.status"]


def test_the_panel_opens_with_the_first_of_the_content(fold: Fold) -> None:
    shown, _ = fold(
        ToolCallStarted(index=0, id="c", name="artifact_create"),
        ToolArgumentDelta(index=0, key="id", text="Flappy"),
        ToolArgumentDelta(index=0, key="id", text=" Bird"),
        ToolArgumentDelta(index=0, key="type", text="html"),
        ToolArgumentDelta(index=0, key="title", text="Flappy"),
        ToolArgumentDelta(index=0, key="content", text="<h"),
    )
    started, delta = shown[1:]
    assert isinstance(started, ArtifactStarted)
    assert started.artifact == "id-of-flappy-bird"
    assert delta == ArtifactDelta(artifact="id-of-flappy-bird", text="<h")


def test_known_durations_are_kept_when_folding_again() -> None:
    folder = make_folder(known_durations_ms=(1234,))
    for event in (ThinkingDelta(text="a"), TextDelta(text="b"), ThinkingDelta(text="c")):
        folder.fold(event)
    folder.end_generation()
    durations = [part.duration_ms for part in folder.parts() if isinstance(part, ThinkingPart)]
    assert durations == [1234, 1000]


def test_a_refused_draft_becomes_an_error() -> None:
    folder = make_folder()
    folder.fold(ToolCallStarted(index=0, id="c", name="artifact_create"))
    for key, text in (("id", "game"), ("type", "svg"), ("content", "<svg")):
        folder.fold(ToolArgumentDelta(index=0, key=key, text=text))
    folder.record_tool("artifact_create", 0, ToolOutcome(result="no", failure="Too large."))
    assert folder.parts() == [ToolErrorPart(tool="artifact_create", message="Too large.")]


def open_call(tool: str, last: str, **arguments: str) -> tuple[list[TurnEvent], list[Part]]:
    folder = make_folder()
    shown = folder.fold(ToolCallStarted(index=0, id="c", name=tool))
    for key, text in {**arguments, last: "<a>"}.items():
        shown += folder.fold(ToolArgumentDelta(index=0, key=key, text=text))
    return shown[1:], folder.parts()


@pytest.mark.parametrize(
    ("kind", "told", "size"),
    [
        ("poster", {"size": "a3 landscape"}, "A3 landscape"),
        ("poster", {"size": "300x400mm"}, "300x400mm"),
        ("poster", {"size": "as large as a house"}, ""),
        ("poster", {}, ""),
        ("html", {"size": "A3"}, ""),
    ],
)
def test_a_new_poster_says_its_size_before_its_first_word(
    kind: str, told: dict[str, str], size: str
) -> None:
    arguments = {"id": "new", "type": kind, **told}
    events, parts = open_call("artifact_create", "content", **arguments)
    opened, part = events[0], parts[-1]
    assert isinstance(opened, ArtifactStarted)
    assert isinstance(part, ArtifactPart)
    assert (opened.size, part.size) == (size, size)


@pytest.mark.parametrize(
    ("tool", "last", "arguments", "expected"),
    [
        ("artifact_rewrite", "content", {"id": "game"}, ("rewrite", None, "<a>")),
        ("artifact_edit", "edits", {"id": "game"}, ("edit", None, "")),
        ("deck_create", "outline", {"id": "new"}, ("deck", None, "")),
        ("insert_page", "content", {"deck": "deck"}, ("page", (None, 3, "Page 3"), "<a>")),
        (
            "insert_page",
            "content",
            {"position": "second", "title": "Lava"},
            ("page", (None, 2, "Lava"), "<a>"),
        ),
        (
            "update_page",
            "content",
            {"deck": "deck", "page_id": "0000000b"},
            ("page", ("0000000b", 2, "Two"), "<a>"),
        ),
        (
            "update_slide",
            "edits",
            {"deck": "deck", "position": "1"},
            ("page", ("0000000a", 1, "One"), ""),
        ),
    ],
)
def test_a_draft_says_what_is_done_to_what(
    tool: str, last: str, arguments: dict[str, str], expected: tuple[str, object, str]
) -> None:
    shown, parts = open_call(tool, last, **arguments)
    assert reduce_events(shown) == parts
    part = parts[0]
    assert isinstance(part, ArtifactPart)
    page = (part.page.id, part.page.position, part.page.title) if part.page else None
    assert (part.action, page, part.content) == expected


@pytest.mark.parametrize(
    ("tool", "last", "arguments"),
    [
        ("artifact_edit", "edits", {"id": "deck"}),
        ("artifact_rewrite", "content", {"id": "unheard-of"}),
        ("insert_page", "content", {"deck": "game"}),
        ("update_page", "content", {"deck": "deck", "position": "nine"}),
        ("artifact_read", "lines", {"id": "game"}),
    ],
)
def test_a_call_that_makes_no_sense_opens_nothing(
    tool: str, last: str, arguments: dict[str, str]
) -> None:
    assert open_call(tool, last, **arguments) == ([], [])


def test_a_call_that_only_reads_shows_nothing() -> None:
    folder = make_folder()
    folder.fold(ToolCallStarted(index=0, id="c", name="artifact_read"))
    assert folder.record_tool("artifact_read", 0, ToolOutcome(result="1| text")) == []
    assert folder.parts() == []


def test_a_check_of_what_is_not_shown_is_not_told() -> None:
    folder = make_folder()
    assert folder.record_check("id-of-game", 1, CheckSummary(state=CheckState.PASSED)) == []
    assert not any(isinstance(part, ArtifactPart) for part in folder.parts())


def test_events_that_show_nothing_change_nothing() -> None:
    folder = make_folder()
    folder.fold(TextDelta(text="a"))
    status, parts = folder.status, folder.parts()
    assert folder.fold(PromptLogprobs(start=1, logprobs=())) == []
    usage = finished().usage
    assert folder.fold(ChoiceFinished(reason=FinishReason.STOP, usage=usage)) == []
    assert (folder.status, folder.parts()) == (status, parts)


def test_reading_is_shown_while_some_of_the_prompt_is_left() -> None:
    folder = TurnFolder(artifacts=Artifacts(), clock=count().__next__)
    half = folder.fold(PrefillProgress(done_tokens=4, total_tokens=8))
    assert half == [TurnStatus(phase=TurnPhase.READING, progress=0.5)]
    assert folder.fold(PrefillProgress(done_tokens=8, total_tokens=8)) == []
    assert folder.status == half[0]

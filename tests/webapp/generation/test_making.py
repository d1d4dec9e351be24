"""Making in a turn: decks page by page, edits, checks that go back to the model, and repeats."""

from collections.abc import Callable
from threading import Event
from uuid import UUID

import pytest
from redis import Redis

from engine.protocol import ChatMessage, GenerationRequest, Role
from tests.factories import make_turn
from tests.scripted_engine import Do, Script, ScriptedEngine, Step, make, say, use
from tests.turn_reducer import reduce_events
from tests.webapp.generation.conftest import QUICK
from webapp.accounts.models import User
from webapp.artifacts.checks import CheckReport, Finding, Severity, read_summary
from webapp.artifacts.models import ArtifactVersion, DeckPage
from webapp.artifacts.services import forget_calls
from webapp.core.events import (
    PARTS,
    ArtifactDelta,
    ArtifactPart,
    CheckState,
    TurnEvent,
    TurnPhase,
    TurnStatus,
)
from webapp.core.streams import StreamId
from webapp.generation.models import Turn, TurnState
from webapp.generation.runner import run_turn
from webapp.generation.services import start_turn

Run = Callable[[Turn], Turn]
Shown = Callable[[UUID], list[tuple[StreamId, TurnEvent]]]
DECK = ("deck_create", {"id": "volcanoes", "title": "Volcanoes", "theme": "green", "outline": "A"})


def page(number: int) -> tuple[str, dict[str, str]]:
    arguments = {
        "deck": "volcanoes",
        "position": str(number),
        "title": f"Page {number}",
        "content": f"<h1>Title {number}</h1>\n<p>Text</p>",
    }
    return "insert_page", arguments


def edit(title: str, new: str, position: str) -> tuple[str, dict[str, str]]:
    edits = f"<<<<<<< SEARCH\n<h1>{title}</h1>\n=======\n<h1>{new}</h1>\n>>>>>>> REPLACE"
    return "update_page", {"deck": "volcanoes", "position": position, "edits": edits}


def round_of(request: GenerationRequest) -> int:
    """Which generation of its turn the request asks for, from 0."""
    roles = [message.role for message in request.messages]
    since = len(roles) - roles[::-1].index(Role.USER)
    return roles[since:].count(Role.ASSISTANT)


def play(*rounds: list[Step]) -> Script:
    """A script that goes by the prompt, so that a request that is sent again is answered alike."""
    return lambda request: rounds[round_of(request)]


def prompts(engine: ScriptedEngine) -> dict[int, tuple[ChatMessage, ...]]:
    """What each generation has read."""
    return {round_of(request): request.messages for request in engine.requests}


def follow_up(turn: Turn, text: str) -> Turn:
    owner, conversation = turn.owner, turn.conversation_id
    key = UUID(int=turn.pk.int ^ 1)
    return start_turn(
        owner=owner,
        request_key=key,
        text=text,
        conversation=conversation,
        parent=turn.assistant_message_id,
    )


def parts_of(turn: Turn) -> list[ArtifactPart]:
    parts = PARTS.validate_python(turn.assistant_message.parts)
    return [part for part in parts if isinstance(part, ArtifactPart)]


def texts() -> list[str]:
    version = ArtifactVersion.objects.order_by("-number")[0]
    pages = DeckPage.objects.filter(version=version).order_by("position")
    return [one.blob.text for one in pages.select_related("blob")]


def test_a_deck_appears_page_by_page_and_one_page_changes_alone(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice, "Make 3 slides about Volcanoes in green")
    script = play(use(DECK, page(1)), use(page(2)), use(page(3)), say("There."))
    with ScriptedEngine(redis, script) as engine:
        turn = run(turn)
    assert turn.state == TurnState.FINISHED
    events = [event for _, event in shown(turn.pk)]
    assert reduce_events(events) == PARTS.validate_python(turn.assistant_message.parts)
    parts = parts_of(turn)
    assert [part.summary for part in parts] == [
        "1 page planned",
        "page 1 of 1",
        "page 2 of 2",
        "page 3 of 3",
    ]
    assert [part.page.position for part in parts if part.page] == [1, 2, 3]
    drafts = [event.text for event in events if isinstance(event, ArtifactDelta)]
    assert "".join(drafts) == "".join(page(number)[1]["content"] for number in (1, 2, 3))
    assert "Page 3 of 3 has the id" in prompts(engine)[3][-1].content
    before = texts()
    script = play(use(edit("Title 3", "Magma", "3")), say("Changed."))
    with ScriptedEngine(redis, script) as engine:
        turn = run(follow_up(turn, "change the title of page 3 to Magma"))
    assert texts() == [*before[:2], "<h1>Magma</h1>\n<p>Text</p>"]
    note = prompts(engine)[0][-2].content
    assert '- volcanoes: deck "Volcanoes", version 4, theme Forest, 3 pages: 1 Page 1 (' in note
    assert not any("Title 1" in message.content for message in prompts(engine)[0])
    assert [part.action for part in parts_of(turn)] == ["page"]


WIDE = Finding(code="overflow", severity=Severity.ERROR, element="h1", message="Too wide.")


def test_a_check_goes_to_the_person_and_its_problems_to_the_model(
    alice: User, redis: Redis, draining: Event, shown: Shown
) -> None:
    turn = make_turn(alice)
    reports = iter(
        [
            CheckReport(state=CheckState.FAILED, findings=(WIDE,)),
            CheckReport(state=CheckState.PASSED),
            None,
        ]
    )
    looked: list[int] = []

    def check(version_id: int, *, timeout_seconds: float) -> CheckReport | None:
        assert timeout_seconds > 0
        looked.append(version_id)
        return next(reports)

    mend = ("artifact_rewrite", {"id": "my-game", "content": "<h1>Narrow</h1>"})
    again = ("artifact_rewrite", {"id": "my-game", "content": "<h1>Third</h1>"})
    script = play(make("<h1>Wide</h1>"), use(mend), use(again), say("Done."))
    with ScriptedEngine(redis, script) as engine:
        run_turn(turn.pk, draining=draining, timing=QUICK, checker=check)
    turn = Turn.objects.select_related("assistant_message").get(pk=turn.pk)
    told = [prompts(engine)[number][-1].content for number in (1, 2)]
    assert told[0] == "Created my-game version 1.\nCheck: 1 problem.\n- Too wide. (h1)"
    assert told[1] == "Rewrote my-game version 2. 1 line now."
    events = [event for _, event in shown(turn.pk)]
    assert reduce_events(events) == PARTS.validate_python(turn.assistant_message.parts)
    phases = [event.phase for event in events if isinstance(event, TurnStatus)]
    assert phases.count(TurnPhase.CHECKING) == 3
    states = [part.check.state if part.check else None for part in parts_of(turn)]
    assert states == ["failed", "passed", None]
    versions = ArtifactVersion.objects.order_by("number")
    assert looked == [version.pk for version in versions]
    summaries = [read_summary(version.check_report) for version in versions]
    assert [summary.text if summary else None for summary in summaries] == [
        "1 problem",
        "Checked",
        None,
    ]


def test_a_turn_that_is_taken_up_again_makes_nothing_twice(
    alice: User, redis: Redis, draining: Event, shown: Shown
) -> None:
    turn = make_turn(alice)
    proceed = Event()
    stop: list[Step] = [Do(draining.set), Do(lambda: proceed.wait(5))]
    third = use(edit("Title 1", "Magma", "1"))
    script = play(use(DECK, page(1)), use(page(2)), [*third[:2], *stop, *third[2:]], say("So."))
    looked: list[int] = []

    def check(version_id: int, *, timeout_seconds: float) -> CheckReport:
        looked.append(version_id)
        return CheckReport(state=CheckState.PASSED)

    with ScriptedEngine(redis, script):
        run_turn(turn.pk, draining=draining, timing=QUICK, checker=check)
        draining.clear()
        proceed.set()
        run_turn(turn.pk, draining=draining, timing=QUICK, checker=check)
    turn = Turn.objects.select_related("assistant_message").get(pk=turn.pk)
    assert (turn.attempt, turn.state) == (2, TurnState.FINISHED)
    assert [version.number for version in ArtifactVersion.objects.all()] == [1, 2, 3, 4]
    assert texts() == ["<h1>Magma</h1>\n<p>Text</p>", "<h1>Title 2</h1>\n<p>Text</p>"]
    assert len(looked) == len(set(looked)) == 3
    assert [part.version for part in parts_of(turn)] == [1, 2, 3, 4]
    again = [event for id, event in shown(turn.pk) if id.attempt == 2]
    assert reduce_events(again) == PARTS.validate_python(turn.assistant_message.parts)


def test_what_a_lost_generation_made_is_void(alice: User, redis: Redis, run: Run) -> None:
    turn = make_turn(alice)
    script = play(use(DECK, page(1)), use(page(2)), make("<p>x</p>"), say("There."))
    with ScriptedEngine(redis, script):
        turn = run(turn)
    assert ArtifactVersion.objects.count() == 4
    forget_calls(message_id=turn.assistant_message_id, from_round=2)
    assert [version.call for version in ArtifactVersion.objects.all()] == ["1.0", "1.1"]
    assert turn.conversation.artifacts.get().identifier == "volcanoes"


@pytest.mark.parametrize("name", ["remove_slides", "insert_slide"])
def test_names_from_elsewhere_work_in_a_turn(
    alice: User, redis: Redis, run: Run, shown: Shown, name: str
) -> None:
    turn = make_turn(alice)
    arguments = {"remove_slides": {"position": "1"}, "insert_slide": page(1)[1]}[name]
    script = play(use(DECK, page(1)), use((name, arguments)), say("There."))
    with ScriptedEngine(redis, script):
        turn = run(turn)
    assert len(texts()) == {"remove_slides": 0, "insert_slide": 2}[name]
    events = [event for _, event in shown(turn.pk)]
    assert reduce_events(events) == PARTS.validate_python(turn.assistant_message.parts)

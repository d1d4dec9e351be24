"""What no database keeps is neither shown nor stored, wherever it comes from."""

from collections.abc import Callable

from redis import Redis

from engine.protocol import TextDelta, ThinkingDelta, ThinkingFinished
from tests.factories import make_turn
from tests.scripted_engine import ScriptedEngine, Step, finished, make
from tests.webapp.generation.test_turns import Shown, assert_consistent
from webapp.accounts.models import User
from webapp.artifacts.models import ArtifactVersion
from webapp.core.events import PARTS, TextPart
from webapp.core.storable import storable_json
from webapp.generation.models import Turn, TurnState

Run = Callable[[Turn], Turn]


def test_a_null_character_in_an_answer_ends_nothing(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    steps: list[Step] = [
        ThinkingDelta(text="so\0 so"),
        ThinkingFinished(),
        TextDelta(text="one\0 "),
        TextDelta(text="\0two"),
        finished(),
    ]
    with ScriptedEngine(redis, lambda _: steps):
        row = run(make_turn(alice))
    assert row.state == TurnState.FINISHED
    parts = PARTS.validate_python(row.assistant_message.parts)
    assert parts[-1] == TextPart(text="one two")
    assert_consistent(row, shown(row.pk))


def test_a_null_character_in_a_document_is_told_to_the_model(
    alice: User, redis: Redis, run: Run
) -> None:
    rounds: list[list[Step]] = [
        [*make("<p>a\0b")],
        [*make("<p>ab")],
        [TextDelta(text="done"), finished()],
    ]
    answers = iter(rounds)
    with ScriptedEngine(redis, lambda _: next(answers)):
        row = run(make_turn(alice))
    assert row.state == TurnState.FINISHED
    version = ArtifactVersion.objects.get()
    assert version.blob is not None
    assert version.blob.text == "<p>ab"


def test_what_a_page_says_is_kept_without_it() -> None:
    said = {"a\0": ["b\0\ud800", 1, None, {"c": "\0"}]}
    assert storable_json(said) == {"a": ["b", 1, None, {"c": ""}]}

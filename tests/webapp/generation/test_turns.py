"""A turn from its start to its one terminal event."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import pytest
from redis import Redis

from engine.protocol import (
    ErrorCode,
    Failed,
    FinishReason,
    GenerationRequest,
    TextDelta,
    ToolCallFinished,
)
from engine.protocol.names import engine_cancelled_key, engine_queue, turn_stream
from tests.database import closing_connections
from tests.factories import make_turn
from tests.scripted_engine import (
    AwaitStop,
    Die,
    Do,
    ScriptedEngine,
    Step,
    announce_worker,
    finished,
    make,
    read_message,
    say,
)
from tests.turn_reducer import reduce_events
from webapp.accounts.models import User
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.version_documents import content_of
from webapp.core.events import (
    PARTS,
    TERMINAL_TYPES,
    ArtifactKind,
    ArtifactPart,
    TextPart,
    ThinkingPart,
    TurnEvent,
    TurnStarted,
)
from webapp.core.streams import StreamId
from webapp.generation import runner
from webapp.generation.apart import Apart
from webapp.generation.doorbell import ring_engine
from webapp.generation.models import Turn, TurnState
from webapp.generation.runner import run_turn
from webapp.generation.selectors import find_replay
from webapp.generation.services import stop_turn
from webapp.generation.timing import Timing

Run = Callable[[Turn], Turn]
Shown = Callable[[UUID], list[tuple[StreamId, TurnEvent]]]


def assert_consistent(turn: Turn, events: list[tuple[StreamId, TurnEvent]]) -> None:
    """What a page shows is what the database holds; one terminal event, the last one."""
    assert [id for id, _ in events] == sorted({id for id, _ in events})
    terminals = [id for id, event in events if event.type in TERMINAL_TYPES]
    assert terminals == [events[-1][0]]
    assert str(terminals[0]) == turn.last_event_id
    stored = PARTS.validate_python(turn.assistant_message.parts)
    assert reduce_events(event for _, event in events) == stored
    assert isinstance(events[0][1], TurnStarted)
    assert turn.stream_closed


def test_an_answer_is_streamed_and_stored_alike(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: say("Hello dear person", thinking="who is it")):
        turn = run(turn)
    events = shown(turn.pk)
    assert turn.state == TurnState.FINISHED
    assert_consistent(turn, events)
    thinking, text = PARTS.validate_python(turn.assistant_message.parts)
    assert isinstance(thinking, ThinkingPart)
    assert thinking.duration_ms is not None
    assert text == TextPart(text="Hello dear person")
    phases = [event.phase for _, event in events if event.type == "turn.status"]
    assert phases == ["queued", "queued", "reading", "thinking", "writing"]
    assert turn.usage["completion_tokens"] == 7
    assert 0 < int(redis.ttl(turn_stream(str(turn.pk)))) <= 3600


def test_the_engine_is_asked_before_the_page_is_told(
    alice: User, redis: Redis, run: Run, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = make_turn(alice)
    told_before: list[int] = []

    def ring(request: GenerationRequest) -> None:
        told_before.append(len(shown(turn.pk)))
        ring_engine(request)

    monkeypatch.setattr(runner, "ring_engine", ring)
    with ScriptedEngine(redis, lambda _: say("Hello")):
        turn = run(turn)
    assert told_before[0] == 0
    assert_consistent(turn, shown(turn.pk))


def test_a_made_thing_is_stored_and_told_to_the_model(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    answers = iter([make("<h1>Hi there</h1>"), say("There it is.")])
    with ScriptedEngine(redis, lambda _: next(answers)) as engine:
        turn = run(turn)
    assert_consistent(turn, shown(turn.pk))
    version = ArtifactVersion.objects.select_related("blob", "artifact").get()
    assert content_of(version) == "<h1>Hi there</h1>"
    assert version.message_id == turn.assistant_message_id
    part = PARTS.validate_python(turn.assistant_message.parts)[0]
    assert part == ArtifactPart(
        artifact=str(version.artifact_id), artifact_kind=ArtifactKind.HTML, title="G", version=1
    )
    assert engine.requests[1].messages[-1].content == "Created my-game version 1."
    assert engine.requests[1].messages[-2].tool_calls[0].arguments["content"] == content_of(version)
    assert turn.usage["completion_tokens"] == 14


def test_a_faulty_call_is_shown_as_an_error_and_told_to_the_model(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    unknown: list[Step] = [
        ToolCallFinished(index=0, id="c", name="launch_rocket", arguments={}),
        finished(FinishReason.TOOL_CALLS),
    ]
    answers = iter([make("x", type="exe"), make(" "), unknown, say("Sorry.")])
    with ScriptedEngine(redis, lambda _: next(answers)) as engine:
        turn = run(turn)
    assert_consistent(turn, shown(turn.pk))
    kinds = [part.kind for part in PARTS.validate_python(turn.assistant_message.parts)]
    assert kinds == ["tool_error", "tool_error", "tool_error", "text"]
    assert all("Error" in request.messages[-1].content for request in engine.requests[1:])
    assert not ArtifactVersion.objects.exists()


def test_a_doubled_task_is_harmless(alice: User, redis: Redis, run: Run, shown: Shown) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: say("Once")) as engine:
        run(turn)
        turn = run(turn)
    assert len(engine.requests) == 1
    assert_consistent(turn, shown(turn.pk))


def test_a_second_worker_leaves_a_turn_that_is_held(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: [Do(lambda: run(turn)), *say("Alone")]) as engine:
        turn = run(turn)
    assert turn.attempt == 1
    assert len(engine.requests) == 1
    assert_consistent(turn, shown(turn.pk))


def test_stop_in_mid_answer_keeps_what_was_shown(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    steps: list[Step] = [
        *make("<p>one two")[:-2],
        Do(lambda: stop_turn(owner=alice, turn_id=turn.pk)),
        AwaitStop(),
    ]
    with ScriptedEngine(redis, lambda _: steps):
        turn = run(turn)
    assert turn.state == TurnState.STOPPED
    assert_consistent(turn, shown(turn.pk))
    draft = PARTS.validate_python(turn.assistant_message.parts)[0]
    assert isinstance(draft, ArtifactPart)
    assert (draft.version, draft.content) == (None, "<p>one two")


def test_stop_before_a_worker_took_it_up_ends_it_at_once(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    stop_turn(owner=alice, turn_id=turn.pk)
    turn = run(turn)
    assert turn.state == TurnState.STOPPED
    assert_consistent(turn, shown(turn.pk))
    assert not redis.exists(engine_queue(turn.model))


def test_stop_ends_a_turn_whose_engine_does_not_answer(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    steps: list[Step] = [
        TextDelta(text="Well"),
        Do(lambda: stop_turn(owner=alice, turn_id=turn.pk)),
        Die(),
    ]
    with ScriptedEngine(redis, lambda _: steps):
        turn = run(turn)
    assert turn.state == TurnState.STOPPED
    assert_consistent(turn, shown(turn.pk))


def test_stop_after_the_end_changes_nothing(alice: User, redis: Redis, run: Run) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: say("Done")):
        run(turn)
    stop_turn(owner=alice, turn_id=turn.pk)
    assert Turn.objects.get(pk=turn.pk).state == TurnState.FINISHED


def test_an_engine_that_dies_costs_nothing_that_was_said(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    whole = say("one two three four", thinking="let me see")

    def script(request: object) -> list[Step]:
        return [*whole[:6], Die()] if len(engine.requests) == 1 else whole

    with ScriptedEngine(redis, script) as engine:
        turn = run(turn)
    assert [request.attempt for request in engine.requests] == [1, 2]
    assert engine.requests[1].resume_token_ids == (1, 2, 3, 4, 5, 6)
    assert PARTS.validate_python(turn.assistant_message.parts)[1] == TextPart(
        text="one two three four"
    )
    assert_consistent(turn, shown(turn.pk))


def test_an_engine_that_leaves_on_purpose_is_followed_by_another(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    lost = Failed(code=ErrorCode.ENGINE_LOST, message="draining")
    first: list[Step] = [TextDelta(text="a"), lost]
    second: list[Step] = [TextDelta(text="a"), TextDelta(text="!"), TextDelta(text="b"), finished()]

    def script(request: object) -> list[Step]:
        return first if len(engine.requests) == 1 else second

    with ScriptedEngine(redis, script) as engine:
        turn = run(turn)
    assert PARTS.validate_python(turn.assistant_message.parts) == [TextPart(text="ab")]
    assert_consistent(turn, shown(turn.pk))


def test_an_engine_that_always_dies_ends_in_a_sentence(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: [*say("one two three")[:4], Die()]) as engine:
        turn = run(turn)
    assert len(engine.requests) == 3
    assert (turn.state, turn.error_code) == (TurnState.FAILED, "attempts_exhausted")
    assert PARTS.validate_python(turn.assistant_message.parts) == [TextPart(text="one two ")]
    assert_consistent(turn, shown(turn.pk))


def test_drains_are_no_reason_to_give_an_answer_up(
    alice: User, redis: Redis, draining: Event, shown: Shown
) -> None:
    turn = make_turn(alice)
    lost = Failed(code=ErrorCode.ENGINE_LOST, message="draining")
    # So patient that nothing but what the engine says can begin another attempt.
    patient = Timing(poll_ms=10, worker_grace=60, ring_again_after=60, engine_lost_after=60)

    def script(request: object) -> list[Step]:
        before = [TextDelta(text="a")] * (len(engine.requests) - 1)
        return [*before, lost] if len(before) < 8 else [*before, *say("Done")]

    with ScriptedEngine(redis, script) as engine:
        run_turn(turn.pk, draining=draining, timing=patient)
    turn = Turn.objects.select_related("assistant_message").get(pk=turn.pk)
    assert turn.state == TurnState.FINISHED
    assert_consistent(turn, shown(turn.pk))


def test_a_suspect_gets_its_last_chance_when_no_other_has_its_own(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    other = Apart(redis, turn.model, lambda: 0.0)
    assert other.enter("another request")

    def script(request: object) -> list[Step]:
        if len(engine.requests) < 3:
            return [TextDelta(text="a"), Die()] if len(engine.requests) == 1 else [Die()]
        return [TextDelta(text="a"), TextDelta(text="b"), finished()]

    with ScriptedEngine(redis, script) as engine, ThreadPoolExecutor() as pool:
        answered = pool.submit(closing_connections(run), turn)
        with pytest.raises(TimeoutError):
            answered.result(2)
        assert len(engine.requests) == 2
        other.leave()
        turn = answered.result(20)
    assert turn.state == TurnState.FINISHED
    assert redis.keys("engine-suspect:*") == []
    assert_consistent(turn, shown(turn.pk))


def test_an_engine_error_ends_the_turn_with_its_code(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    refusal = Failed(code=ErrorCode.CONTEXT_LENGTH_EXCEEDED, message="Too long for this model.")
    with ScriptedEngine(redis, lambda _: [refusal]):
        turn = run(turn)
    assert (turn.error_code, turn.error_message) == (
        "context_length_exceeded",
        "Too long for this model.",
    )
    assert_consistent(turn, shown(turn.pk))


def test_an_administrators_cancel_ends_the_turn_and_says_so(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)

    def cancel() -> None:
        redis.set(engine_cancelled_key(engine.requests[-1].request_id), "1")

    steps: list[Step] = [TextDelta(text="One"), Do(cancel), finished(FinishReason.ABORTED)]
    with ScriptedEngine(redis, lambda _: steps) as engine:
        turn = run(turn)
    assert len(engine.requests) == 1
    assert (turn.state, turn.error_code) == (TurnState.FAILED, "request_cancelled")
    assert "administrator ended this answer" in turn.error_message
    assert PARTS.validate_python(turn.assistant_message.parts) == [TextPart(text="One")]
    assert_consistent(turn, shown(turn.pk))


def test_no_worker_is_said_after_a_while(alice: User, run: Run, shown: Shown) -> None:
    turn = run(make_turn(alice))
    assert turn.error_code == "model_unavailable"
    assert_consistent(turn, shown(turn.pk))


def test_a_request_that_was_lost_on_its_way_is_sent_again(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    lose = read_first_message(redis, turn)
    with ScriptedEngine(redis, lambda _: say("Found"), model="other"):
        announce_worker(redis)
        lose(run)
    assert Turn.objects.get(pk=turn.pk).state == TurnState.FINISHED


def read_first_message(redis: Redis, turn: Turn) -> Callable[[Run], None]:
    """Runs the turn, throws its first message away and answers its second one."""
    import threading

    taken: list[int] = []

    def serve() -> None:
        for _ in range(2):
            message = redis.brpop([engine_queue(turn.model)], timeout=5)
            assert message is not None
            taken.append(read_message(message[1]).attempt)
            if len(taken) == 2:
                redis.lpush(engine_queue(turn.model), message[1])
        with ScriptedEngine(redis, lambda _: say("Found")):
            done.wait(5)

    done = threading.Event()
    thread = threading.Thread(target=serve)

    def lose(run: Run) -> None:
        thread.start()
        run(turn)
        done.set()
        thread.join()
        assert taken == [1, 2]

    return lose


def test_a_later_worker_goes_on_without_loss(
    alice: User, redis: Redis, run: Run, shown: Shown, draining: Event
) -> None:
    turn = make_turn(alice)
    first = make("<p>one two three</p>")
    second = say("All is done now", thinking="hm hm")
    proceed = Event()
    answers = iter(
        [first, [*second[:5], Do(draining.set), Do(lambda: proceed.wait(5)), *second[5:]]]
    )
    with ScriptedEngine(redis, lambda _: next(answers)) as engine:
        assert run(turn).state == TurnState.RUNNING
        draining.clear()
        proceed.set()
        turn = run(turn)
    assert turn.attempt == 2
    assert len(engine.requests) == 2
    events = shown(turn.pk)
    again = [event for id, event in events if id == StreamId(2, 1)]
    assert isinstance(again[0], TurnStarted)
    assert again[0].parts[0].kind == "artifact"
    assert_consistent(turn, events)
    assert ArtifactVersion.objects.count() == 1
    assert PARTS.validate_python(turn.assistant_message.parts)[-1] == TextPart(
        text="All is done now"
    )


def test_a_later_worker_folds_what_several_engines_wrote(
    alice: User, redis: Redis, run: Run, shown: Shown, draining: Event
) -> None:
    turn = make_turn(alice)
    whole = say("one two three four five six")
    proceed = Event()

    def script(request: object) -> list[Step]:
        if len(engine.requests) == 1:
            return [*whole[:4], Die()]
        return [*whole[:6], Do(draining.set), Do(lambda: proceed.wait(5)), *whole[6:]]

    with ScriptedEngine(redis, script) as engine:
        run(turn)
        draining.clear()
        proceed.set()
        turn = run(turn)
    assert turn.attempt == 2
    assert PARTS.validate_python(turn.assistant_message.parts) == [
        TextPart(text="one two three four five six")
    ]
    assert_consistent(turn, shown(turn.pk))


def test_a_worker_that_finds_redis_empty_begins_the_answer_anew(
    alice: User, redis: Redis, run: Run, shown: Shown, draining: Event
) -> None:
    turn = make_turn(alice)
    proceed = Event()

    def script(request: object) -> list[Step]:
        if len(engine.requests) == 1:
            return [*say("old words")[:3], Do(draining.set), Do(lambda: proceed.wait(5)), Die()]
        return say("new words")

    with ScriptedEngine(redis, script) as engine:
        run(turn)
        redis.flushall()
        announce_worker(redis)
        draining.clear()
        proceed.set()
        turn = run(turn)
    assert PARTS.validate_python(turn.assistant_message.parts) == [TextPart(text="new words")]
    assert engine.requests[0].request_id != engine.requests[1].request_id
    assert_consistent(turn, shown(turn.pk))


def test_a_stream_that_redis_lost_in_mid_answer_is_shown_again_whole(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    words = say("one two three")
    lose = Do(lambda: redis.delete(turn_stream(str(turn.pk))))
    with ScriptedEngine(redis, lambda _: [*words[:3], lose, *words[3:]]):
        turn = run(turn)
    events = shown(turn.pk)
    assert PARTS.validate_python(turn.assistant_message.parts) == [TextPart(text="one two three")]
    assert_consistent(turn, events)


def test_an_unexpected_error_ends_the_turn_with_a_sentence(
    alice: User, redis: Redis, run: Run, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_args: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("webapp.generation.turn_run.run_agent", explode)
    turn = run(make_turn(alice))
    assert turn.error_code == "internal_error"
    assert_consistent(turn, shown(turn.pk))


def test_an_ended_turn_without_a_stream_is_replayed_from_the_row(
    alice: User, redis: Redis, run: Run, shown: Shown
) -> None:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: say("Still here")):
        turn = run(turn)
    whole = shown(turn.pk)
    replay = find_replay(turn)
    assert replay[-1] == whole[-1]
    assert replay[0][0] == whole[-2][0]
    stored = PARTS.validate_python(turn.assistant_message.parts)
    assert reduce_events(event for _, event in replay) == stored
    assert find_replay(make_turn(alice, text=str(uuid4()))) == []

"""Fewer and longer pieces say the same."""

from collections.abc import Callable
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from engine.protocol import GenerationRequest
from engine.protocol.codec import encode_batch
from engine.protocol.events import EventBatch, TextDelta
from engine.protocol.names import engine_stream
from tests.factories import make_turn
from tests.scripted_engine import Do, ScriptedEngine, Step, finished
from tests.turn_reducer import reduce_events
from webapp.accounts.models import User
from webapp.core.events import (
    ArtifactDelta,
    ArtifactKind,
    ArtifactStarted,
    TextDeltaEvent,
    ThinkingDeltaEvent,
    TurnEvent,
)
from webapp.core.streams import StreamId
from webapp.generation.delta_joining import join_deltas
from webapp.generation.models import Turn

TEXTS = st.text(max_size=5)
EVENTS = st.one_of(
    st.builds(TextDeltaEvent, text=TEXTS),
    st.builds(ThinkingDeltaEvent, text=TEXTS),
)


def test_only_neighbors_of_one_part_are_joined() -> None:
    opened = ArtifactStarted(artifact="a", artifact_kind=ArtifactKind.HTML, title="A")
    events: list[TurnEvent] = [
        ThinkingDeltaEvent(text="a"),
        ThinkingDeltaEvent(text="b"),
        TextDeltaEvent(text="c"),
        opened,
        ArtifactDelta(artifact="a", text="d"),
        ArtifactDelta(artifact="a", text="e"),
        ArtifactDelta(artifact="b", text="f"),
        TextDeltaEvent(text="g"),
    ]
    assert join_deltas(events) == [
        ThinkingDeltaEvent(text="ab"),
        TextDeltaEvent(text="c"),
        opened,
        ArtifactDelta(artifact="a", text="de"),
        ArtifactDelta(artifact="b", text="f"),
        TextDeltaEvent(text="g"),
    ]
    assert join_deltas([]) == []


@given(st.lists(EVENTS, max_size=12))
def test_joined_events_show_the_same(events: list[TurnEvent]) -> None:
    joined = join_deltas(events)
    assert reduce_events(joined) == reduce_events(events)
    assert len(joined) <= len(events)


def test_a_turn_that_is_behind_writes_longer_pieces(
    alice: User,
    redis: Redis,
    run: Callable[[Turn], Turn],
    shown: Callable[[UUID], list[tuple[StreamId, TurnEvent]]],
) -> None:
    """Forty tokens lie in the engine's stream when it is read."""
    words = [f"{number} " for number in range(40)]

    def answer(request: GenerationRequest) -> list[Step]:
        def write_all() -> None:
            pipeline = redis.pipeline()
            stream = engine_stream(request.request_id)
            for seq, word in enumerate(words, start=1):
                batch = EventBatch(events=(TextDelta(text=word),), token_ids=(seq,))
                pipeline.xadd(stream, {"batch": encode_batch(batch)}, id=f"1-{seq}")
            ending = EventBatch(events=(finished(),), token_ids=())
            pipeline.xadd(stream, {"batch": encode_batch(ending)}, id=f"1-{len(words) + 1}")
            pipeline.execute()

        return [Do(write_all)]

    turn = make_turn(alice)
    with ScriptedEngine(redis, answer):
        run(turn)
    pieces = [event.text for _, event in shown(turn.pk) if isinstance(event, TextDeltaEvent)]
    assert "".join(pieces) == "".join(words)
    assert len(pieces) == 1

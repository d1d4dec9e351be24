"""Several decode steps in one go: when, how many, and with blocks for all of them."""

import pytest

from engine.scheduler import MultiStepPolicy, ScheduledChunk, Scheduler, room_in_steps
from tests.engine.scheduler.builders import BLOCK_SIZE, make_scheduler, make_sequence, run_step


def start(scheduler: Scheduler, *names: str, new_tokens: int = 40) -> None:
    for name in names:
        scheduler.add(make_sequence(name, prompt_tokens=5, new_tokens=new_tokens))
    run_step(scheduler)


def steps(chunks: tuple[ScheduledChunk, ...]) -> list[int]:
    return [chunk.decode_steps for chunk in chunks]


def test_all_have_blocks_for_all_steps() -> None:
    scheduler = make_scheduler()
    start(scheduler, "alice", "bob")
    chunks = scheduler.schedule(decode_steps=8)
    assert steps(chunks) == [8, 8]
    for chunk in chunks:
        assert len(chunk.sequence.block_table) * BLOCK_SIZE >= chunk.start + 8
        scheduler.advance(chunk, range(8))
        assert chunk.sequence.computed_tokens == 5 + 8
        assert chunk.sequence.pending_tokens == 1


def test_fewer_tokens_come_when_an_answer_ends_and_more_are_a_fault() -> None:
    scheduler = make_scheduler()
    start(scheduler, "alice", "bob")
    alice, bob = scheduler.schedule(decode_steps=4)
    scheduler.advance(alice, (1, 2))
    assert alice.sequence.computed_tokens == 7
    with pytest.raises(ValueError, match="at most 4"):
        scheduler.advance(bob, range(5))


def test_where_blocks_are_short_all_take_one_step_and_nobody_is_preempted() -> None:
    scheduler = make_scheduler(num_blocks=5)
    start(scheduler, "alice", "bob", new_tokens=4)
    assert len(scheduler.running) == 2
    chunks = scheduler.schedule(decode_steps=8)
    assert steps(chunks) == [1, 1]
    assert scheduler.preemptions == 0


def test_no_block_is_left_when_all_have_ended() -> None:
    scheduler = make_scheduler(num_blocks=20)
    start(scheduler, "alice", "bob", new_tokens=9)
    for _ in range(2):
        for chunk in scheduler.schedule(decode_steps=4):
            scheduler.advance(chunk, range(4))
            if chunk.sequence.is_full:
                scheduler.remove(chunk.sequence)
    assert not scheduler.running
    assert scheduler.pool.num_free == 20


def test_all_have_blocks_for_all_drafts_of_all_steps() -> None:
    scheduler = make_scheduler(max_drafts=3)
    start(scheduler, "alice", "bob")
    first, second = scheduler.running
    first.draft_token_ids = (7, 8)
    first.draft_start = second.draft_start = 2
    chunks = scheduler.schedule(decode_steps=4, drafts_between=3)
    assert [(chunk.drafts, chunk.drafts_between) for chunk in chunks] == [((7, 8), 3), ((), 3)]
    for chunk, most in zip(chunks, (1 + 2 + 3 * 4, 1 + 3 * 4), strict=True):
        # The last two of the last drafts are made at positions beyond all tokens.
        assert len(chunk.sequence.block_table) * BLOCK_SIZE >= chunk.start + most + 2
        with pytest.raises(ValueError, match=f"at most {most}"):
            scheduler.advance(chunk, range(most + 1))
        scheduler.advance(chunk, range(most), (1, 2, 3), chunk.start)
        assert chunk.sequence.computed_tokens == 5 + most
        assert chunk.sequence.pending_tokens == 1
        assert chunk.sequence.draft_start == 2


def test_where_blocks_are_short_for_drafts_all_take_one_step_with_what_they_have() -> None:
    scheduler = make_scheduler(num_blocks=5, max_drafts=3)
    start(scheduler, "alice", "bob", new_tokens=4)
    scheduler.running[0].draft_token_ids = (7,)
    chunks = scheduler.schedule(decode_steps=8, drafts_between=3)
    assert [(c.decode_steps, c.drafts, c.drafts_between) for c in chunks] == [
        (1, (7,), 0),
        (1, (), 0),
    ]
    assert scheduler.preemptions == 0


@pytest.mark.parametrize("drafts", [0, 1, 3])
@pytest.mark.parametrize("given", [0, 1, 3])
@pytest.mark.parametrize("room", range(1, 30))
def test_the_steps_of_an_answer_fit_even_if_all_drafts_are_right(
    drafts: int, given: int, room: int
) -> None:
    steps = room_in_steps(room, given, drafts)
    ahead = max(0, drafts - 1)
    if steps >= 1:
        assert 1 + given + (steps - 1) * (1 + drafts) + ahead <= room
    assert 1 + given + steps * (1 + drafts) + ahead > room


@pytest.mark.parametrize(
    ("step_ms", "room", "expected"),
    [(0.3, 100, 8), (0.3, 3, 3), (2.0, 100, 5), (9.0, 100, 1), (50.0, 100, 1), (0.0, 100, 8)],
)
def test_as_many_steps_as_nobody_notices(step_ms: float, room: int, expected: int) -> None:
    policy = MultiStepPolicy(8, unnoticed_seconds=0.010)
    assert policy.choose(step_ms / 1000, room) == expected

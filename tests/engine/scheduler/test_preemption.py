"""Who gives way when blocks or slots run out, and what it costs."""

import pytest

from engine.protocol import Priority
from engine.scheduler import Scheduler, Sequence, SequenceState
from tests.engine.scheduler.builders import (
    make_scheduler,
    make_sequence,
    names,
    run_step,
    run_to_end,
)

INTERACTIVE, TITLE, BACKGROUND = Priority.INTERACTIVE, Priority.TITLE, Priority.BACKGROUND


def start(scheduler: Scheduler, *sequences: Sequence) -> None:
    for sequence in sequences:
        scheduler.add(sequence)
    run_step(scheduler)
    assert [s.state for s in sequences] == [SequenceState.RUNNING] * len(sequences)


def test_the_latest_gives_way_when_the_blocks_run_out() -> None:
    scheduler = make_scheduler(num_blocks=6)
    alice, bob = make_sequence("alice", 7, 16), make_sequence("bob", 7, 16)
    start(scheduler, alice, bob)
    while scheduler.running == [alice, bob]:
        run_step(scheduler)
    assert scheduler.running == [alice]
    assert (bob.state, bob.preemptions, scheduler.preemptions) == (SequenceState.WAITING, 1, 1)
    assert bob.computed_tokens == 0
    assert not bob.block_table
    run_to_end(scheduler)
    assert [len(s.token_ids) for s in (alice, bob)] == [23, 23]
    assert alice.preemptions == 0


def test_the_less_urgent_gives_way_before_the_latest() -> None:
    scheduler = make_scheduler(num_blocks=8)
    background = make_sequence("background", 7, 16, BACKGROUND)
    alice, bob = make_sequence("alice", 7, 16), make_sequence("bob", 3, 2)
    start(scheduler, background)
    start(scheduler, alice)
    start(scheduler, bob)
    while not scheduler.preemptions:
        run_step(scheduler)
    assert background.preemptions == 1


def test_a_preempted_sequence_is_first_in_line_of_its_rank() -> None:
    scheduler = make_scheduler(num_blocks=6)
    alice, bob = make_sequence("alice", 7, 16), make_sequence("bob", 7, 16)
    start(scheduler, alice, bob)
    scheduler.add(make_sequence("charlie", 7, 4))
    scheduler.add(make_sequence("title", 7, 4, TITLE))
    while bob.state is SequenceState.RUNNING:
        run_step(scheduler)
    assert scheduler.waiting.positions() == {"bob": 1, "charlie": 2, "title": 3}


def test_a_preempted_sequence_finds_its_tokens_again_and_samples_the_next_one() -> None:
    scheduler = make_scheduler(num_blocks=6, budget=32)
    alice, bob = make_sequence("alice", 7, 16), make_sequence("bob", 7, 16)
    start(scheduler, alice, bob)
    while bob.state is SequenceState.RUNNING:
        run_step(scheduler)
    known = len(bob.token_ids)
    scheduler.remove(alice)
    (chunk,) = run_step(scheduler)
    assert chunk.sequence is bob
    assert (chunk.start, chunk.start + chunk.length) == (8, known)
    assert len(bob.token_ids) == known + 1
    # Tokens that the request computed itself are no gift of the cache.
    assert bob.cached_tokens == 0
    assert scheduler.pool.counters.hit_tokens == 0


def test_a_preempted_sequence_forgets_its_drafts_and_where_the_draft_layer_began() -> None:
    scheduler = make_scheduler(num_blocks=6, budget=32, max_drafts=1)
    alice, bob = make_sequence("alice", 7, 16), make_sequence("bob", 7, 16)
    start(scheduler, alice, bob)
    assert bob.draft_start == 7
    while not bob.preemptions:
        for chunk in scheduler.schedule():
            scheduler.advance(chunk, (1,), (5,), chunk.start)
    assert (bob.draft_token_ids, bob.draft_start) == ((), 0)


def test_drafts_are_dropped_before_anybody_is_thrown_out() -> None:
    scheduler = make_scheduler(num_blocks=5, max_drafts=1)
    alice, bob = make_sequence("alice", 6, 8), make_sequence("bob", 6, 8)
    start(scheduler, alice, bob)
    assert scheduler.pool.num_free == 1
    for sequence in (alice, bob):
        sequence.draft_token_ids = (5,)
    # The drafts stand in position 7 now, the last of a block, and one later in the next step.
    first = scheduler.schedule()
    assert [(c.start, c.rows, c.drafts) for c in first] == [(6, 2, (5,)), (6, 2, (5,))]
    for chunk in first:
        scheduler.advance(chunk, (1,), (5,), chunk.start)
    second = scheduler.schedule()
    assert [(c.start, c.rows, c.drafts) for c in second] == [(7, 2, (5,)), (7, 1, ())]
    assert scheduler.preemptions == 0


def test_accepted_drafts_count_as_computed_and_all_but_the_last_token_is() -> None:
    scheduler = make_scheduler(max_drafts=3)
    alice = make_sequence("alice", 6, 20)
    start(scheduler, alice)
    alice.draft_token_ids = (5, 6, 7)
    (chunk,) = scheduler.schedule()
    assert (chunk.start, chunk.length, chunk.rows) == (6, 1, 4)
    scheduler.advance(chunk, (5, 6, 9), (1, 2), chunk.start)
    assert [alice.computed_tokens, alice.pending_tokens] == [9, 1]
    assert alice.token_ids[-3:] == [5, 6, 9]
    assert list(alice.draft_token_ids) == [1, 2]


@pytest.mark.parametrize(("room", "drafts"), [(1, ()), (2, (5,)), (3, (5, 6)), (9, (5, 6, 7))])
def test_drafts_do_not_reach_beyond_the_longest_end(room: int, drafts: tuple[int, ...]) -> None:
    scheduler = make_scheduler(max_drafts=3)
    alice = make_sequence("alice", 6, 1 + room)
    start(scheduler, alice)
    alice.draft_token_ids = (5, 6, 7)
    (chunk,) = scheduler.schedule()
    assert chunk.drafts == drafts


def test_no_more_drafts_are_scheduled_than_the_limit_says() -> None:
    scheduler = make_scheduler(max_drafts=1)
    alice = make_sequence("alice", 6, 20)
    start(scheduler, alice)
    alice.draft_token_ids = (5, 6, 7)
    assert scheduler.schedule()[0].drafts == (5,)


def test_slots_for_what_the_draft_layer_writes_ahead_are_held() -> None:
    scheduler = make_scheduler(max_drafts=3)
    alice = make_sequence("alice", 10, 50)
    scheduler.add(alice)
    scheduler.schedule()
    # Position 10 is the next token's; the second and third draft write 10 and 11.
    assert len(alice.block_table) == 3
    scheduler.advance(scheduler.schedule()[0], (1,), (1, 2, 3), 0)
    scheduler.schedule()
    # Rows 10–13, and if all are accepted the draft layer writes 14 and 15 ahead.
    assert len(alice.block_table) == 4


@pytest.mark.parametrize("priority", [TITLE, BACKGROUND])
def test_an_interactive_request_takes_the_slot_of_one_less_urgent(priority: Priority) -> None:
    scheduler = make_scheduler(max_running=1)
    low = make_sequence("low", 4, 20, priority)
    start(scheduler, low)
    scheduler.add(make_sequence("alice"))
    assert names(run_step(scheduler)) == ["alice"]
    assert scheduler.waiting.positions() == {"low": 1}
    run_to_end(scheduler)
    assert len(low.token_ids) == 24


@pytest.mark.parametrize("priority", list(Priority))
def test_nobody_takes_the_slot_of_an_equal_or_more_urgent_one(priority: Priority) -> None:
    scheduler = make_scheduler(max_running=1)
    start(scheduler, make_sequence("first", 4, 20, priority))
    for later in (p for p in Priority if p >= priority):
        scheduler.add(make_sequence(f"later-{later}", priority=later))
    assert names(run_step(scheduler)) == ["first"]


def test_an_interactive_request_takes_blocks_from_the_latest_of_the_least_urgent() -> None:
    scheduler = make_scheduler(num_blocks=8, budget=32)
    first, second = (make_sequence(n, 7, 20, BACKGROUND) for n in ("first", "second"))
    title = make_sequence("title", 7, 4, TITLE)
    start(scheduler, title, first, second)
    scheduler.add(make_sequence("alice", 8, 1))
    assert names(run_step(scheduler)) == ["title", "first", "alice"]
    assert list(scheduler.waiting) == [second]


def test_nobody_is_thrown_out_if_that_does_not_make_enough_room() -> None:
    scheduler = make_scheduler(num_blocks=8, budget=32)
    start(scheduler, make_sequence("bob", 18, 8), make_sequence("low", 7, 8, BACKGROUND))
    scheduler.add(make_sequence("alice", 16, 1))
    assert names(run_step(scheduler)) == ["bob", "low"]
    assert scheduler.preemptions == 0


def test_warming_the_cache_gives_way_to_a_background_request() -> None:
    scheduler = make_scheduler(max_running=1, budget=4)
    scheduler.add(make_sequence("warm", 20, priority=BACKGROUND, prefill_only=True))
    run_step(scheduler)
    scheduler.add(make_sequence("low", priority=BACKGROUND))
    assert names(run_step(scheduler)) == ["low"]


def test_warming_the_cache_gets_what_all_others_leave_of_the_budget() -> None:
    scheduler = make_scheduler(budget=8)
    scheduler.add(make_sequence("warm", 6, priority=BACKGROUND, prefill_only=True))
    scheduler.add(make_sequence("low", 11, priority=BACKGROUND))
    lengths = [{c.sequence.request_id: c.length for c in run_step(scheduler)} for _ in range(3)]
    assert lengths == [{"low": 8}, {"low": 3, "warm": 5}, {"low": 1, "warm": 1}]


def test_urgent_prompts_are_read_before_all_others() -> None:
    scheduler = make_scheduler(budget=8)
    scheduler.add(make_sequence("low", 4, priority=BACKGROUND))
    scheduler.add(make_sequence("title", 5, priority=TITLE))
    scheduler.add(make_sequence("alice", 6))
    assert [(c.sequence.request_id, c.length) for c in run_step(scheduler)] == [
        ("alice", 6),
        ("title", 2),
    ]


def test_the_whole_cache_is_enough_for_one_sequence_to_its_end() -> None:
    scheduler = make_scheduler(num_blocks=5, max_drafts=3)
    alice, bob = make_sequence("alice", 5, 15), make_sequence("bob", 5, 15)
    scheduler.add(alice)
    scheduler.add(bob)
    run_to_end(scheduler)
    assert (len(alice.token_ids), len(bob.token_ids)) == (20, 20)
    assert alice.preemptions == 0

"""Who gets in, who computes what, and that every block comes back."""

import pytest

from engine.errors import EngineUnavailable, RequestRejected
from engine.protocol import ErrorCode, Priority, SamplingParams
from engine.scheduler import SequenceState
from tests.engine.scheduler.builders import (
    make_scheduler,
    make_sequence,
    names,
    run_step,
    run_to_end,
)


def test_a_prompt_is_read_and_then_decodes_one_token_a_step() -> None:
    scheduler, sequence = make_scheduler(), make_sequence("alice", prompt_tokens=5, new_tokens=3)
    scheduler.add(sequence)
    steps = [run_step(scheduler) for _ in range(3)]
    assert [(c.start, c.length, c.samples) for step in steps for c in step] == [
        (0, 5, True),
        (5, 1, True),
        (6, 1, True),
    ]
    assert sequence.state is SequenceState.FINISHED
    assert len(sequence.token_ids) == 8


def test_a_long_prompt_is_read_in_chunks_and_samples_only_after_the_last() -> None:
    scheduler = make_scheduler(budget=4)
    scheduler.add(make_sequence("alice", prompt_tokens=10))
    steps = [run_step(scheduler)[0] for _ in range(3)]
    assert [(c.start, c.length, c.samples) for c in steps] == [
        (0, 4, False),
        (4, 4, False),
        (8, 2, True),
    ]


def test_decoding_goes_on_while_a_long_prompt_is_read() -> None:
    scheduler = make_scheduler(budget=4)
    scheduler.add(make_sequence("alice", prompt_tokens=2, new_tokens=20))
    run_step(scheduler)
    scheduler.add(make_sequence("bob", prompt_tokens=100))
    for _ in range(5):
        assert names(run_step(scheduler)) == ["alice", "bob"]


def test_a_long_prompt_does_not_hold_up_a_short_one_that_came_later() -> None:
    scheduler = make_scheduler(budget=8)
    scheduler.add(make_sequence("long", prompt_tokens=150))
    run_step(scheduler)
    scheduler.add(make_sequence("short", prompt_tokens=5))
    chunks = {chunk.sequence.request_id: chunk for chunk in run_step(scheduler)}
    assert chunks["short"].samples
    assert chunks["long"].length == 3


def test_short_prompts_without_end_do_not_starve_a_long_one() -> None:
    scheduler = make_scheduler(budget=8)
    long = make_sequence("long", prompt_tokens=100, new_tokens=1)
    scheduler.add(long)
    for number in range(60):
        scheduler.add(make_sequence(f"short-{number}", prompt_tokens=8, new_tokens=1))
        run_step(scheduler)
    assert long.state is SequenceState.FINISHED


def test_the_prefill_budget_is_never_exceeded() -> None:
    scheduler = make_scheduler(budget=7)
    for number in range(5):
        scheduler.add(make_sequence(str(number), prompt_tokens=3 + number))
    while scheduler.running or scheduler.waiting:
        before = {s.request_id for s in scheduler.running if s.state is SequenceState.RUNNING}
        chunks = run_step(scheduler)
        assert sum(c.length for c in chunks if c.sequence.request_id not in before) <= 7


def test_admission_waits_for_blocks_for_the_prompt_and_the_next_token() -> None:
    scheduler = make_scheduler(num_blocks=5)
    scheduler.add(make_sequence("alice", prompt_tokens=11, new_tokens=4))
    scheduler.add(make_sequence("bob", prompt_tokens=4, new_tokens=4))
    assert names(run_step(scheduler)) == ["alice"]
    assert scheduler.waiting.positions() == {"bob": 1}
    while scheduler.running:
        assert names(run_step(scheduler)) == ["alice"]
    assert names(run_step(scheduler)) == ["bob"]


def test_a_long_answer_is_admitted_with_the_blocks_of_its_prompt_only() -> None:
    scheduler = make_scheduler(num_blocks=40, budget=64)
    for name in ("alice", "bob", "charlie"):
        scheduler.add(make_sequence(name, prompt_tokens=4, new_tokens=150))
    assert names(run_step(scheduler)) == ["alice", "bob", "charlie"]
    assert scheduler.pool.num_used == 6


def test_the_margin_grows_with_those_that_run_and_is_none_for_the_first() -> None:
    scheduler = make_scheduler(num_blocks=5)
    scheduler.add(make_sequence("alice", prompt_tokens=7, new_tokens=1))
    scheduler.add(make_sequence("bob", prompt_tokens=7, new_tokens=1))
    assert names(scheduler.schedule()) == ["alice", "bob"]
    scheduler = make_scheduler(num_blocks=4)
    scheduler.add(make_sequence("alice", prompt_tokens=7, new_tokens=1))
    scheduler.add(make_sequence("bob", prompt_tokens=7, new_tokens=1))
    assert names(scheduler.schedule()) == ["alice"]
    scheduler = make_scheduler(num_blocks=4)
    scheduler.add(make_sequence("alice", prompt_tokens=15, new_tokens=1))
    assert names(scheduler.schedule()) == ["alice"]


def test_no_more_than_max_running_are_admitted() -> None:
    scheduler = make_scheduler(max_running=2)
    for name in ("alice", "bob", "charlie"):
        scheduler.add(make_sequence(name))
    assert sorted(names(run_step(scheduler))) == ["alice", "bob"]


def test_priority_goes_first_and_equals_go_by_arrival() -> None:
    scheduler = make_scheduler(max_running=1)
    scheduler.add(make_sequence("first"))
    run_step(scheduler)
    scheduler.add(make_sequence("background", priority=Priority.BACKGROUND))
    scheduler.add(make_sequence("title", priority=Priority.TITLE))
    scheduler.add(make_sequence("alice"))
    scheduler.add(make_sequence("bob"))
    assert scheduler.waiting.positions() == {"alice": 1, "bob": 2, "title": 3, "background": 4}


def test_requests_are_admitted_in_the_order_of_the_positions_told() -> None:
    scheduler = make_scheduler(num_blocks=4, max_running=1)
    for name, tokens in (("alice", 8), ("bob", 2), ("charlie", 5)):
        scheduler.add(make_sequence(name, prompt_tokens=tokens))
    told = sorted(scheduler.waiting.positions().items(), key=lambda item: item[1])
    seen: list[str] = []
    while scheduler.waiting or scheduler.running:
        seen += [name for name in names(run_step(scheduler)) if name not in seen]
    assert seen == [name for name, _ in told]


def test_the_head_of_the_line_is_not_passed_over_by_a_smaller_one() -> None:
    scheduler = make_scheduler(num_blocks=6)
    scheduler.add(make_sequence("running", prompt_tokens=11, new_tokens=12))
    run_step(scheduler)
    scheduler.add(make_sequence("large", prompt_tokens=8, new_tokens=8))
    scheduler.add(make_sequence("small", prompt_tokens=1, new_tokens=1))
    assert names(run_step(scheduler)) == ["running"]


def test_a_full_line_refuses_with_queue_full() -> None:
    scheduler = make_scheduler(max_waiting=1)
    scheduler.add(make_sequence("alice"))
    with pytest.raises(EngineUnavailable) as refusal:
        scheduler.add(make_sequence("bob"))
    assert refusal.value.code is ErrorCode.QUEUE_FULL
    assert refusal.value.retryable


def test_the_less_urgent_in_line_do_not_fill_it_for_the_more_urgent() -> None:
    scheduler = make_scheduler(max_waiting=1)
    scheduler.add(make_sequence("warm", priority=Priority.BACKGROUND))
    scheduler.add(make_sequence("alice"))
    for refused in (Priority.INTERACTIVE, Priority.BACKGROUND):
        with pytest.raises(EngineUnavailable):
            scheduler.add(make_sequence("bob", priority=refused))
    assert scheduler.waiting.positions() == {"alice": 1, "warm": 2}


def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers() -> None:
    scheduler = make_scheduler(context_length=50)
    with pytest.raises(RequestRejected) as refusal:
        scheduler.add(make_sequence("alice", prompt_tokens=51, new_tokens=0))
    assert refusal.value.code is ErrorCode.CONTEXT_LENGTH_EXCEEDED
    assert "51" in refusal.value.message
    assert "49" in refusal.value.message


def test_a_request_that_can_never_fit_into_the_cache_is_refused_at_once() -> None:
    scheduler = make_scheduler(num_blocks=3)
    with pytest.raises(RequestRejected) as refusal:
        scheduler.add(make_sequence("alice", prompt_tokens=8, new_tokens=8))
    assert refusal.value.code is ErrorCode.CONTEXT_LENGTH_EXCEEDED
    assert "16" in refusal.value.message
    assert "12" in refusal.value.message


def test_a_prompt_that_leaves_no_room_in_the_cache_is_refused_with_the_numbers() -> None:
    scheduler = make_scheduler(num_blocks=3)
    scheduler.add(make_sequence("alice", prompt_tokens=11, new_tokens=1))
    with pytest.raises(RequestRejected) as refusal:
        scheduler.add(make_sequence("bob", prompt_tokens=12, new_tokens=0))
    assert refusal.value.code is ErrorCode.CONTEXT_LENGTH_EXCEEDED
    assert "12 tokens long and the cache holds 12" in refusal.value.message


def test_an_answer_without_a_length_of_its_own_ends_where_the_cache_does() -> None:
    scheduler = make_scheduler(num_blocks=3)
    sequence = make_sequence("alice", prompt_tokens=4, new_tokens=100)
    sequence.sampling = SamplingParams(seed=0)
    scheduler.add(sequence)
    run_to_end(scheduler)
    assert len(sequence.token_ids) == 12
    assert sequence.preemptions == 0


def test_a_refused_sequence_is_not_in_line_and_can_come_again() -> None:
    scheduler = make_scheduler(max_waiting=1)
    scheduler.add(make_sequence("alice"))
    bob = make_sequence("bob")
    with pytest.raises(EngineUnavailable):
        scheduler.add(bob)
    run_step(scheduler)
    scheduler.add(bob)
    assert scheduler.waiting.positions() == {"bob": 1}


@pytest.mark.parametrize("steps", [0, 1, 2, 4])
def test_removing_in_any_state_returns_all_blocks(steps: int) -> None:
    scheduler = make_scheduler(budget=6)
    sequence = make_sequence("alice", prompt_tokens=12, new_tokens=9)
    scheduler.add(sequence)
    seen = sequence.state
    for _ in range(steps):
        run_step(scheduler)
        seen = sequence.state
    scheduler.remove(sequence)
    scheduler.remove(sequence)
    states = {0: "waiting", 1: "prefilling", 2: "running", 4: "running"}
    assert seen == states[steps]
    assert sequence.state is SequenceState.FINISHED
    assert not scheduler.running
    assert not len(scheduler.waiting)
    scheduler.pool.check_idle()


def test_a_sequence_removed_while_its_chunk_is_computed_takes_no_result() -> None:
    scheduler = make_scheduler()
    alice, bob = make_sequence("alice"), make_sequence("bob")
    scheduler.add(alice)
    scheduler.add(bob)
    chunks = scheduler.schedule()
    scheduler.remove(alice)
    assert scheduler.pool.num_used == len(bob.block_table)
    for chunk in chunks:
        scheduler.advance(chunk, (7,))
    assert alice.state is SequenceState.FINISHED
    assert len(alice.token_ids) == 4
    assert bob.token_ids[-1] == 7
    assert scheduler.pool.num_cached == 1
    assert names(scheduler.schedule()) == ["bob"]


@pytest.mark.parametrize("tokens", [(), (1, 2)])
def test_tokens_that_cannot_stem_from_the_chunk_are_a_defect(tokens: tuple[int, ...]) -> None:
    scheduler = make_scheduler()
    scheduler.add(make_sequence("alice"))
    (chunk,) = scheduler.schedule()
    with pytest.raises(ValueError, match="samples at most 1"):
        scheduler.advance(chunk, tokens)


def test_a_prefill_only_sequence_samples_nothing_and_ends_by_itself() -> None:
    scheduler = make_scheduler(budget=4)
    warm = make_sequence("warm", prompt_tokens=10, prefill_only=True)
    scheduler.add(warm)
    lengths = []
    while warm.state is not SequenceState.FINISHED:
        (chunk,) = run_step(scheduler)
        assert not chunk.samples
        lengths.append(chunk.length)
    assert lengths == [4, 4, 2]
    assert scheduler.pool.num_cached == 2
    assert not scheduler.running

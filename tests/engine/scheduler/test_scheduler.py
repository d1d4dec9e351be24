"""Who gets in, who computes what, and that every block comes back."""

import pytest

from engine.errors import EngineUnavailable, RequestRejected
from engine.kvcache import BlockPool
from engine.protocol import ErrorCode, Priority, SamplingParams
from engine.scheduler import ScheduledChunk, Scheduler, SchedulerLimits, Sequence, SequenceState

BLOCK_SIZE = 4


def make_scheduler(
    *,
    num_blocks: int = 100,
    max_running: int = 8,
    max_waiting: int = 8,
    budget: int = 16,
    context_length: int = 200,
) -> Scheduler:
    limits = SchedulerLimits(
        context_length=context_length,
        block_size=BLOCK_SIZE,
        max_running=max_running,
        max_waiting=max_waiting,
        prefill_tokens_per_step=budget,
    )
    return Scheduler(limits, BlockPool(num_blocks))


def make_sequence(
    name: str,
    prompt_tokens: int = 4,
    new_tokens: int = 4,
    priority: Priority = Priority.INTERACTIVE,
) -> Sequence:
    return Sequence(
        request_id=name,
        token_ids=[1] * prompt_tokens,
        max_total_tokens=prompt_tokens + new_tokens,
        sampling=SamplingParams(seed=0),
        priority=priority,
    )


def run_step(scheduler: Scheduler) -> tuple[ScheduledChunk, ...]:
    """What the engine does around the model: compute, append, end what is full."""
    chunks = scheduler.schedule()
    for chunk in chunks:
        scheduler.mark_computed(chunk)
        if chunk.samples:
            scheduler.append_token(chunk.sequence, 1)
            if chunk.sequence.is_full:
                scheduler.remove(chunk.sequence)
    return chunks


def names(chunks: tuple[ScheduledChunk, ...]) -> list[str]:
    return [chunk.sequence.request_id for chunk in chunks]


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


def test_admission_waits_for_blocks_to_the_longest_possible_end() -> None:
    scheduler = make_scheduler(num_blocks=5)
    scheduler.add(make_sequence("alice", prompt_tokens=4, new_tokens=8))
    scheduler.add(make_sequence("bob", prompt_tokens=4, new_tokens=8))
    assert names(run_step(scheduler)) == ["alice"]
    assert scheduler.waiting.positions() == {"bob": 1}
    while scheduler.running[0].request_id == "alice":
        run_step(scheduler)
        if not scheduler.running:
            break
    assert names(run_step(scheduler)) == ["bob"]


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
    scheduler.add(make_sequence("running", prompt_tokens=4, new_tokens=12))
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

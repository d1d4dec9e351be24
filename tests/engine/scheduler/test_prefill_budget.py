"""Reading prompts takes the time that decoding leaves, and learns what time that is."""

import pytest

from engine.kvcache import BlockPool
from engine.scheduler import PrefillBudget, Scheduler, SchedulerLimits
from tests.engine.scheduler.builders import make_sequence, run_step

SECONDS_PER_TOKEN = 0.0005


def make_budget() -> PrefillBudget:
    return PrefillBudget(block_size=16, maximum_tokens=2048, target_seconds=0.05)


def test_without_anybody_who_decodes_the_budget_is_the_maximum() -> None:
    budget = make_budget()
    assert budget.tokens(0) == 2048
    budget.note_step(100, 0, 10.0)
    assert budget.tokens(0) == 2048


def test_without_a_measurement_the_budget_is_the_maximum() -> None:
    assert make_budget().tokens(4) == 2048


def test_the_budget_is_what_decoding_leaves_of_the_target_at_the_measured_speed() -> None:
    budget = make_budget()
    budget.note_step(1000, 0, 1000 * SECONDS_PER_TOKEN)
    assert budget.tokens(1) == 100
    budget.note_step(0, 1, 0.01)
    assert budget.tokens(1) == 80


@pytest.mark.parametrize(("seconds_per_token", "tokens"), [(1.0, 16), (1e-9, 2048), (0.0, 2048)])
def test_the_budget_stays_between_one_block_and_the_maximum(
    seconds_per_token: float, tokens: int
) -> None:
    budget = make_budget()
    budget.note_step(1000, 0, 1000 * seconds_per_token)
    assert budget.tokens(1) == tokens


def test_decoding_that_takes_longer_than_the_target_leaves_one_block() -> None:
    budget = make_budget()
    budget.note_step(1000, 0, 0.5)
    budget.note_step(0, 8, 0.2)
    assert budget.tokens(8) == 16


def test_a_mixed_step_counts_for_what_decoding_alone_would_not_have_taken() -> None:
    budget = make_budget()
    budget.note_step(0, 1, 0.01)
    budget.note_step(80, 1, 0.01 + 80 * SECONDS_PER_TOKEN)
    assert budget.tokens(1) == 80


def test_a_short_prompt_says_little_about_the_speed_of_long_ones() -> None:
    budget = make_budget()
    budget.note_step(2000, 0, 2000 * SECONDS_PER_TOKEN)
    # A step reads all weights, however few tokens it has.
    budget.note_step(3, 0, 0.005)
    assert 95 <= budget.tokens(1) <= 100


def test_a_machine_that_slows_down_gets_smaller_chunks() -> None:
    budget = make_budget()
    budget.note_step(1000, 0, 1000 * SECONDS_PER_TOKEN)
    for _ in range(20):
        budget.note_step(100, 1, 100 * SECONDS_PER_TOKEN * 4)
    assert 23 <= budget.tokens(1) <= 28


@pytest.mark.parametrize("fixed_seconds", [0.0, 0.005, 0.02])
def test_steps_settle_at_the_target_whatever_a_step_costs_by_itself(fixed_seconds: float) -> None:
    budget = make_budget()
    budget.note_step(20, 0, fixed_seconds + 20 * SECONDS_PER_TOKEN)
    for _ in range(60):
        tokens = budget.tokens(1)
        seconds = fixed_seconds + tokens * SECONDS_PER_TOKEN
        budget.note_step(tokens, 1, seconds)
    assert seconds == pytest.approx(0.05, rel=0.05)


def test_the_scheduler_reads_within_the_budget_while_somebody_decodes() -> None:
    budget = make_budget()
    limits = SchedulerLimits(context_length=5000, block_size=16, max_running=4, max_waiting=4)
    scheduler = Scheduler(limits, BlockPool(1000), budget)
    scheduler.add(make_sequence("alice", 4, 100))
    run_step(scheduler)
    budget.note_step(1000, 0, 1000 * SECONDS_PER_TOKEN)
    scheduler.add(make_sequence("bob", 4000, 1))
    assert [chunk.length for chunk in run_step(scheduler)] == [1, 100]
    scheduler.remove(scheduler.running[0])
    assert [chunk.length for chunk in run_step(scheduler)] == [2048]

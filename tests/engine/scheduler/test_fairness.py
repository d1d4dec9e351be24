"""Persons take turns: whoever asks for much waits behind himself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineUnavailable
from engine.protocol import Priority
from engine.scheduler import Scheduler, Sequence, SequenceState
from tests.engine.scheduler.builders import make_scheduler, make_sequence, run_step, run_to_end


def of(person: str, number: int = 0, priority: Priority = Priority.INTERACTIVE) -> Sequence:
    name = f"{person}-{number}"
    return make_sequence(name, 4, 2, priority, fairness_key=person)


def line_of(scheduler: Scheduler) -> list[str]:
    return [sequence.request_id for sequence in scheduler.waiting]


def admitted_in_order(scheduler: Scheduler) -> list[str]:
    """The ids in the order in which they begin to be computed, one slot at a time."""
    seen: list[str] = []
    while scheduler.waiting or scheduler.running:
        for chunk in run_step(scheduler):
            if chunk.sequence.request_id not in seen:
                seen.append(chunk.sequence.request_id)
    return seen


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 7, 20, 99])
def test_fifty_requests_of_one_delay_the_first_of_another_by_one_slot(steps: int) -> None:
    scheduler = make_scheduler(max_running=1, max_waiting=60, num_blocks=20)
    for number in range(50):
        scheduler.add(of("alice", number))
    for _ in range(steps):
        run_step(scheduler)
    waited = len(scheduler.waiting)
    bob = of("bob")
    scheduler.add(bob)
    while bob.state is SequenceState.WAITING:
        run_step(scheduler)
    begun_before_bob = waited - len(scheduler.waiting)
    assert begun_before_bob <= 1
    run_to_end(scheduler)


@pytest.mark.parametrize("slots", [1, 3, 8])
def test_the_newcomer_is_next_whatever_runs(slots: int) -> None:
    scheduler = make_scheduler(max_running=slots, max_waiting=60)
    for number in range(50):
        scheduler.add(of("alice", number))
    run_step(scheduler)
    scheduler.add(of("bob"))
    scheduler.add(of("charlie"))
    assert line_of(scheduler)[:2] == ["bob-0", "charlie-0"]


def test_persons_take_turns_and_each_is_served_in_order() -> None:
    scheduler = make_scheduler(max_running=1, max_waiting=20)
    for person, count in (("alice", 4), ("bob", 2), ("charlie", 3)):
        for number in range(count):
            scheduler.add(of(person, number))
    order = ["alice-0", "bob-0", "charlie-0", "alice-1", "bob-1", "charlie-1"]
    order += ["alice-2", "charlie-2", "alice-3"]
    assert line_of(scheduler) == order
    assert admitted_in_order(scheduler) == order


def test_without_keys_the_line_goes_by_arrival() -> None:
    scheduler = make_scheduler(max_running=1, max_waiting=20)
    for number in range(6):
        scheduler.add(of("", number))
        if number == 2:
            run_step(scheduler)
    assert admitted_in_order(scheduler) == [f"-{number}" for number in range(6)]


def test_priority_stands_above_fairness() -> None:
    scheduler = make_scheduler(max_running=1)
    scheduler.add(of("bob", 0, Priority.TITLE))
    scheduler.add(of("bob", 1, Priority.BACKGROUND))
    for number in range(3):
        scheduler.add(of("alice", number))
    assert line_of(scheduler) == ["alice-0", "alice-1", "alice-2", "bob-0", "bob-1"]


def test_what_was_withdrawn_does_not_count_against_its_person() -> None:
    scheduler = make_scheduler(max_running=1, max_waiting=60)
    many = [of("alice", number) for number in range(40)]
    for sequence in many:
        scheduler.add(sequence)
    for sequence in many[1:]:
        scheduler.remove(sequence)
    for number in range(3):
        scheduler.add(of("bob", number))
    scheduler.add(of("alice", 99))
    assert line_of(scheduler) == ["alice-0", "bob-0", "bob-1", "alice-99", "bob-2"]


def test_the_many_of_one_do_not_fill_the_line_for_another() -> None:
    scheduler = make_scheduler(max_running=1, max_waiting=3)
    for number in range(3):
        scheduler.add(of("alice", number))
    with pytest.raises(EngineUnavailable):
        scheduler.add(of("alice", 3))
    scheduler.add(of("bob"))
    assert line_of(scheduler) == ["alice-0", "bob-0", "alice-1", "alice-2"]


def test_a_preempted_one_goes_on_before_all_that_never_ran() -> None:
    scheduler = make_scheduler(num_blocks=7, max_running=2, budget=64, max_waiting=20)
    first = make_sequence("alice-0", 8, 12, fairness_key="alice")
    second = make_sequence("alice-1", 8, 12, fairness_key="alice")
    scheduler.add(first)
    scheduler.add(second)
    run_step(scheduler)
    assert scheduler.running == [first, second]
    scheduler.add(of("bob"))
    for _ in range(12):
        run_step(scheduler)
        if scheduler.preemptions:
            break
    scheduler.add(of("charlie"))
    assert scheduler.running == [first]
    assert line_of(scheduler) == ["alice-1", "bob-0", "charlie-0"]
    run_to_end(scheduler)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_a_newcomer_waits_for_one_of_each_other_at_most(
    arrivals: list[tuple[str, int]], slots: int
) -> None:
    """Whatever comes when, while the first request of a person waits each other is let in once."""
    scheduler = make_scheduler(max_running=slots, max_waiting=100)
    waits: dict[str, dict[str, int]] = {}
    seen: set[str] = set()

    def step() -> None:
        before = {s.request_id: s for s in scheduler.waiting}
        run_step(scheduler)
        left = {s.request_id for s in scheduler.waiting}
        gone = [before[name].fairness_key for name in before if name not in left]
        for person in gone:
            waits.pop(person, None)
            for others in waits.values():
                others[person] = others.get(person, 0) + 1
        assert all(count <= 1 for others in waits.values() for count in others.values())

    for number, (person, steps) in enumerate(arrivals):
        if person not in seen:
            waits[person] = {}
        seen.add(person)
        scheduler.add(of(person, number))
        for _ in range(steps):
            step()
    while scheduler.waiting:
        step()

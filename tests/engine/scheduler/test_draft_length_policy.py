"""As many drafts as pay on this machine for this text, and a new try now and then."""

from random import Random

import pytest

from engine.scheduler import DraftLengthPolicy, Sequence, StepCosts
from tests.engine.scheduler.builders import make_sequence

# Milliseconds in the proportions of research on mixture-of-experts models: a second row costs a
# third of a step, and a draft a tenth.
COSTS = StepCosts(
    forward=((1, 1.0), (2, 1.34), (3, 1.65), (4, 1.95), (8, 3.0), (64, 9.0)),
    drafting={k: ((1, 0.1 * k), (16, 0.3 * k)) for k in (1, 2, 3)},
)


def teach(policy: DraftLengthPolicy, sequence: Sequence, *shares: float) -> None:
    """Let drafts be right at each position as often as told, until the averages have settled."""
    random = Random(0)
    for _ in range(3000):
        accepted = 0
        while accepted < len(shares) and random.random() < shares[accepted]:
            accepted += 1
        policy.note(sequence, len(shares), accepted)


def choices(policy: DraftLengthPolicy, sequence: Sequence, steps: int = 512) -> list[int]:
    return [policy.choose([sequence]) for _ in range(steps)]


def usual_choice(policy: DraftLengthPolicy, sequence: Sequence) -> int:
    made = choices(policy, sequence)
    return max(set(made), key=made.count)


@pytest.mark.parametrize(
    ("shares", "drafts"),
    [
        ((0.98, 0.98, 0.98), 3),
        ((0.9, 0.3, 0.3), 1),
        ((0.9, 0.85, 0.2), 2),
        ((0.2, 0.9, 0.9), 0),
    ],
)
def test_the_acceptance_at_each_position_decides(
    shares: tuple[float, float, float], drafts: int
) -> None:
    policy, sequence = DraftLengthPolicy(COSTS, 3), make_sequence("alice")
    teach(policy, sequence, *shares)
    assert usual_choice(policy, sequence) == drafts


def test_the_choice_is_the_best_of_all_by_the_table() -> None:
    policy, sequence = DraftLengthPolicy(COSTS, 3), make_sequence("alice")
    teach(policy, sequence, 0.8, 0.7, 0.6)
    first, second, third = sequence.draft_acceptance
    gains = (0, first, first + first * second, first + first * second * (1 + third))
    rates = [(1 + gain) / COSTS.step_seconds(1, 0, k) for k, gain in enumerate(gains)]
    assert policy.choose([sequence]) == rates.index(max(rates))


def test_drafts_are_tried_before_anything_is_known() -> None:
    assert DraftLengthPolicy(COSTS, 3).choose([make_sequence("alice")]) >= 1


def test_rows_that_cost_a_whole_step_each_are_never_spent_on_drafts() -> None:
    costs = StepCosts(forward=((1, 1.0), (2, 2.0)), drafting={1: ((1, 0.1),)})
    assert set(choices(DraftLengthPolicy(costs, 1), make_sequence("alice"))) == {0}


def test_a_full_batch_drafts_less_than_a_single_request() -> None:
    costs = StepCosts(
        forward=((1, 1.0), (8, 1.1), (16, 2.2), (64, 8.8)),
        drafting=dict.fromkeys((1, 2, 3), ((1, 0.1),)),
    )
    policy = DraftLengthPolicy(costs, 3)
    assert policy.choose([make_sequence("alice")]) == 3
    assert policy.choose([make_sequence(str(number)) for number in range(8)]) == 0


def test_those_who_decode_without_drafts_pay_for_the_drafts_of_others() -> None:
    costs = StepCosts(forward=((1, 1.0), (64, 1.1)), drafting={1: ((1, 0.3),)})
    policy, sequence = DraftLengthPolicy(costs, 1), make_sequence("alice")
    assert policy.choose([sequence]) == 1
    assert policy.choose([sequence], other_rows=7) == 0


def test_one_draft_is_tried_again_now_and_then_and_kept_when_it_has_become_good() -> None:
    policy, sequence = DraftLengthPolicy(COSTS, 1), make_sequence("alice")
    teach(policy, sequence, 0.05)
    made = choices(policy, sequence, 1024)
    assert 0 < sum(made) < 0.05 * len(made)
    for _ in range(2000):
        if policy.choose([sequence]):
            policy.note(sequence, 1, 1)
    assert usual_choice(policy, sequence) == 1


def test_a_sequence_whose_text_is_easy_is_known_by_its_own_record() -> None:
    policy = DraftLengthPolicy(COSTS, 3)
    easy, hard = make_sequence("easy"), make_sequence("hard")
    teach(policy, hard, 0.2, 0.2, 0.2)
    teach(policy, easy, 0.98, 0.98, 0.98)
    teach(policy, hard, 0.2, 0.2, 0.2)
    assert usual_choice(policy, easy) == 3
    assert usual_choice(policy, hard) == 0
    # A newcomer is taken for what the traffic is like.
    assert usual_choice(policy, make_sequence("new")) == 0


def test_drafts_behind_a_wrong_one_were_not_put_to_the_test() -> None:
    policy, sequence = DraftLengthPolicy(COSTS, 3), make_sequence("alice")
    before = policy.pooled_acceptance
    policy.note(sequence, 3, 0)
    first, second, third = policy.pooled_acceptance
    assert first < before[0]
    assert (second, third) == before[1:]


def test_a_draft_layer_that_has_just_begun_to_read_says_nothing_of_its_worth() -> None:
    policy, sequence = DraftLengthPolicy(COSTS, 3), make_sequence("alice", prompt_tokens=40)
    before = policy.pooled_acceptance
    sequence.draft_start = 30
    for sequence.computed_tokens in range(30, 38):
        policy.note(sequence, 2, 0)
    assert policy.pooled_acceptance == before
    assert not sequence.draft_acceptance
    sequence.computed_tokens = 38
    policy.note(sequence, 2, 0)
    assert policy.pooled_acceptance[0] < before[0]
    assert sequence.draft_acceptance[0] < before[0]


@pytest.mark.parametrize("drafting", [0, 1])
def test_without_a_draft_layer_or_somebody_who_drafts_there_are_none(drafting: int) -> None:
    policy = DraftLengthPolicy(COSTS, 3 * (1 - drafting))
    assert policy.choose([make_sequence("alice")] * drafting) == 0


@pytest.mark.parametrize(
    ("rows", "seconds"), [(1, 2.0), (3, 3.0), (4, 4.0), (6, 5.0), (8, 6.0), (12, 8.0)]
)
def test_costs_are_linear_between_measurements_and_beyond_the_last(
    rows: int, seconds: float
) -> None:
    costs = StepCosts(forward=((2, 2.0), (4, 4.0), (8, 6.0)), drafting={})
    assert costs.step_seconds(rows, 0, 0) == pytest.approx(seconds)


def test_a_step_with_drafts_costs_their_rows_and_the_draft_layer() -> None:
    costs = StepCosts(forward=((1, 1.0), (101, 101.0)), drafting={2: ((1, 0.5), (3, 1.5))})
    assert costs.step_seconds(2, 5, 2) == pytest.approx(2 * 3 + 5 + 1.0)


@pytest.mark.parametrize("forward", [(), ((2, 1.0), (1, 1.0)), ((1, 1.0), (1, 2.0))])
def test_a_table_without_order_is_refused(forward: tuple[tuple[int, float], ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        StepCosts(forward=forward, drafting={})


def test_a_cost_that_was_measured_in_a_busy_moment_is_put_right_by_the_steps() -> None:
    costs = StepCosts(forward=((1, 1.0), (2, 1.9)), drafting={1: ((1, 0.3),)})
    policy, sequence = DraftLengthPolicy(costs, 1), make_sequence("alice")
    teach(policy, sequence, 0.9)
    assert usual_choice(policy, sequence) == 0
    for _ in range(20):
        policy.note_seconds(1, 1, 1.2)
    assert usual_choice(policy, sequence) == 1
    for _ in range(400):
        policy.note_seconds(1, 1, 2.5)
    assert usual_choice(policy, sequence) == 0

"""Figures are what the rounds say, computed by hand here."""

import pytest

from engine.bench.measurement import Round, StepLog, count_equal_tokens, percentile, summarize
from engine.errors import EngineError


def make_round(*times: float, tokens: tuple[int, ...], batch: int = 1) -> Round:
    return Round(started_at=0.0, step_times=times, step_tokens=tokens, answers=((1,),) * batch)


def test_figures_are_medians_over_the_rounds() -> None:
    rounds = [
        make_round(*times, tokens=(2, 2, 2), batch=2)
        for times in ((0.1, 0.2, 0.3), (0.2, 0.4, 0.6), (0.3, 1.3, 2.3))
    ]
    assert summarize(rounds) == {
        "rounds": 3,
        "tokens_per_second": 10.0,
        "tokens_per_second_range": [2.0, 20.0],
        "ttft_ms": 200.0,
        "ttft_ms_range": [100.0, 300.0],
        "itl_ms": 200.0,
    }


def test_several_tokens_of_one_step_all_count() -> None:
    one = make_round(1.0, 1.8, 2.0, 2.4, tokens=(1, 4, 1, 1))
    assert one.tokens_per_second == pytest.approx(6 / 1.4)
    assert one.itl_ms == pytest.approx(200.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"), [((1, 2, 3), (1, 2, 3), 3), ((1, 2), (1, 3), 1), ((1,), (), 0)]
)
def test_equal_leading_tokens_are_counted(
    ours: tuple[int, ...], theirs: tuple[int, ...], equal: int
) -> None:
    assert count_equal_tokens(ours, theirs) == equal


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 5), (0.9, 9), (0.95, 10), (1.0, 10)])
def test_a_percentile_is_a_value_that_was_seen(share: float, value: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


def test_steps_count_while_all_sequences_are_being_answered() -> None:
    log = StepLog(2, started_at=0.0)
    log.note(1.0, [(0, (5,))])
    log.note(2.0, [(0, (6,)), (1, (7,))])
    log.note(3.0, [])
    log.note(4.0, [(0, (8, 9)), (1, (10,))])
    log.end_one()
    log.note(5.0, [(1, (11,))])
    one = log.finish()
    assert one.step_times == (2.0, 4.0)
    assert one.step_tokens == (2, 3)
    assert one.answers == ((5, 6, 8, 9), (7, 10, 11))


def test_answers_that_never_overlap_are_refused() -> None:
    log = StepLog(2, started_at=0.0)
    log.note(1.0, [(0, (5,))])
    log.end_one()
    log.note(2.0, [(1, (5,))])
    with pytest.raises(EngineError, match="more new tokens"):
        log.finish()

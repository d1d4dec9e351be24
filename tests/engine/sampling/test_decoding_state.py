"""What each row is told, along a path of drafts and after it."""

from collections.abc import Sequence
from typing import Any

import pytest

from engine.protocol import SamplingParams
from engine.sampling import DecodingState, ResponseTags, SamplingRow
from tests.engine.sampling.drafting import BracketMatcher

THINK, END_THINK, CALL, END_CALL, NEWLINE, USER, WORD = 50, 51, 52, 53, 40, 60, 20
TAGS = ResponseTags(
    open_thinking=THINK,
    close_thinking=END_THINK,
    open_call=CALL,
    close_call=END_CALL,
    opening=(NEWLINE, THINK),
    stop_token_ids=frozenset({USER}),
    vocab_size=64,
)
PROMPT = [1, 2, 2, 3]


def state(
    *,
    thinks: bool = True,
    thinking_open: bool = False,
    matcher: BracketMatcher | None = None,
    forbidden: tuple[int, ...] = (),
    prompt: Sequence[int] = PROMPT,
    **sampling: Any,
) -> DecodingState:
    settings = {"temperature": 0.7, "top_p": 0.9, "seed": 5, **sampling}
    return DecodingState(
        SamplingParams(**settings),
        prompt,
        tags=TAGS,
        thinks=thinks,
        thinking_open=thinking_open,
        matcher=matcher,
        forbidden_token_ids=forbidden,
    )


def forced(rows: list[SamplingRow]) -> list[int | None]:
    return [row.adjustment.forced if row.adjustment else None for row in rows]


def allowed(row: SamplingRow) -> set[int]:
    assert row.adjustment is not None
    assert row.adjustment.allowed is not None
    words = row.adjustment.allowed.view("uint32")
    return {token for token in range(len(words) * 32) if words[token // 32] >> token % 32 & 1}


def biased(row: SamplingRow) -> dict[int, float]:
    assert row.adjustment is not None
    assert row.adjustment.bias is not None
    bias = row.adjustment.bias
    return dict(zip(bias.ids.tolist(), bias.values.tolist(), strict=True))


def test_a_plain_request_has_bare_rows_at_consecutive_positions() -> None:
    decoding = state(top_k=7, min_p=0.1, logprobs=2)
    decoding.accept([8, 9])
    rows = decoding.rows([10, 11])
    assert rows == [SamplingRow(0.7, 0.9, 7, 0.1, 5, position, 2) for position in (6, 7, 8)]


def test_unresolved_sampling_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="resolved"):
        state(seed=None)


def test_repetition_sees_the_prompt_and_the_other_penalties_only_the_answer() -> None:
    decoding = state(repetition_penalty=1.2, presence_penalty=0.5)
    decoding.accept([9, 3])
    first, second, third = (row.adjustment for row in decoding.rows([9, 4]))
    assert first is not None
    assert first.penalties is not None
    assert first.penalties.ids.tolist() == [1, 2, 3, 9]
    assert first.penalties.output_counts.tolist() == [0, 0, 1, 1]
    assert second is not None
    assert second.penalties is not None
    assert second.penalties.output_counts.tolist() == [0, 0, 1, 2]
    assert third is not None
    assert third.penalties is not None
    assert third.penalties.ids.tolist() == [1, 2, 3, 9, 4]
    again = decoding.rows()[0].adjustment
    assert again is not None
    assert again.penalties is not None
    assert again.penalties.output_counts.tolist() == [0, 0, 1, 1]
    alone = state(frequency_penalty=0.5).rows()[0].adjustment
    assert alone is not None
    assert alone.penalties is not None
    assert alone.penalties.ids.tolist() == []


def test_more_tokens_than_the_first_buffer_holds_are_counted() -> None:
    decoding = state(presence_penalty=1.0)
    decoding.accept([*range(600), *range(600)])
    adjustment = decoding.rows()[0].adjustment
    assert adjustment is not None
    assert adjustment.penalties is not None
    assert adjustment.penalties.ids.tolist() == list(range(600))
    assert set(adjustment.penalties.output_counts.tolist()) == {2}


def test_forbidden_tokens_go_with_the_bias_and_above_it() -> None:
    decoding = state(logit_bias={"7": 2.0, "52": 3.0}, forbidden=(CALL,))
    assert biased(decoding.rows()[0]) == {7: 2.0, CALL: float("-inf")}


@pytest.mark.parametrize("budget", [0, 1, 2, 5])
def test_the_budget_is_exact_also_inside_drafts(budget: int) -> None:
    decoding = state(thinking_open=True, thinking_budget=budget)
    words = [WORD] * budget
    rows = decoding.rows([*words, END_THINK, WORD])
    assert forced(rows) == [*[None] * budget, END_THINK, None, None]
    decoding.accept(words)
    assert forced(decoding.rows()) == [END_THINK]
    decoding.accept([END_THINK, WORD, WORD])
    assert forced(decoding.rows([WORD] * 3)) == [None] * 4


def test_a_draft_that_is_not_the_forced_token_leaves_the_rest_unused() -> None:
    decoding = state(thinking_open=True, thinking_budget=1)
    assert forced(decoding.rows([WORD, WORD, END_THINK])) == [None, END_THINK, None, None]


def test_the_budget_counts_from_the_opening_tag_and_holds_for_a_second_thinking() -> None:
    decoding = state(thinking_budget=2)
    decoding.accept([NEWLINE, WORD, WORD, THINK, WORD])
    assert forced(decoding.rows([WORD, END_THINK])) == [None, END_THINK, None]
    decoding.accept([END_THINK, WORD, THINK, WORD])
    assert forced(decoding.rows()) == [END_THINK]


def test_opening_tags_inside_the_thinking_do_not_outlast_the_budget() -> None:
    decoding = state(thinking_open=True, thinking_budget=2)
    decoding.accept([THINK, THINK])
    assert forced(decoding.rows()) == [END_THINK]


def test_tags_inside_a_tool_call_are_text() -> None:
    decoding = state(thinking_budget=1)
    decoding.accept([CALL, THINK, WORD, WORD])
    assert forced(decoding.rows()) == [None]
    decoding.accept([END_CALL, THINK, WORD])
    assert forced(decoding.rows()) == [END_THINK]


def test_a_tool_call_ends_a_thinking_that_was_not_closed() -> None:
    decoding = state(thinking_open=True, thinking_budget=1)
    decoding.accept([CALL, WORD, WORD])
    assert not decoding.is_thinking
    assert forced(decoding.rows()) == [None]


def test_skipping_closes_the_thinking_at_the_next_row() -> None:
    decoding = state(thinking_open=True)
    decoding.accept([WORD])
    decoding.end_thinking()
    assert forced(decoding.rows([END_THINK, WORD])) == [END_THINK, None, None]
    decoding.accept([END_THINK])
    assert forced(decoding.rows()) == [None]
    # The wish is spent: a thinking that begins later is a new one.
    decoding.accept([WORD, THINK, WORD])
    assert forced(decoding.rows()) == [None]


def test_skipping_outlives_a_token_that_was_on_its_way() -> None:
    decoding = state(thinking_open=True)
    decoding.end_thinking()
    decoding.accept([WORD])
    assert forced(decoding.rows()) == [END_THINK]


def test_skipping_outside_of_thinking_is_ignored() -> None:
    decoding = state()
    decoding.end_thinking()
    decoding.accept([NEWLINE, THINK])
    assert forced(decoding.rows()) == [None]


def test_without_thinking_the_grammar_rules_from_the_first_token() -> None:
    decoding = state(thinks=False, matcher=BracketMatcher(64, USER))
    rows = decoding.rows([0, 1, USER])
    assert allowed(rows[0]) == {0}
    assert 1 in allowed(rows[1])
    assert allowed(rows[2]) == {0, USER}


def test_with_thinking_the_opening_is_forced_and_the_grammar_waits_for_its_end() -> None:
    matcher = BracketMatcher(64, USER)
    decoding = state(matcher=matcher)
    rows = decoding.rows([NEWLINE, THINK, WORD, END_THINK, 0, 1])
    assert forced(rows) == [NEWLINE, THINK, None, None, None, None, None]
    assert allowed(rows[5 - 1]) == {0}
    assert allowed(rows[6]) == {0, USER}
    assert matcher.taken == []
    decoding.accept([NEWLINE, THINK, WORD, END_THINK, 0])
    assert matcher.taken == [0]


def test_before_the_grammar_nothing_may_end_the_response_or_begin_a_call() -> None:
    decoding = state(thinking_open=True, matcher=BracketMatcher(64, USER))
    assert biased(decoding.rows()[0]) == {USER: float("-inf"), CALL: float("-inf")}


def test_nothing_is_opened_by_force_when_the_prompt_opened_the_thinking() -> None:
    decoding = state(thinking_open=True, matcher=BracketMatcher(64, USER))
    rows = decoding.rows([END_THINK])
    assert forced(rows) == [None, None]
    assert allowed(rows[1]) == {0}


def test_a_draft_that_the_grammar_refuses_leaves_the_rest_unused_and_the_state_as_it_was() -> None:
    matcher = BracketMatcher(64, USER)
    decoding = state(thinks=False, matcher=matcher, frequency_penalty=1.0)
    decoding.accept([0])
    rows = decoding.rows([2, USER, 1])
    assert rows[2].adjustment is None
    assert rows[3].adjustment is None
    assert matcher.taken == [0]
    assert [row.position for row in rows] == [5, 6, 7, 8]


def test_tokens_of_an_earlier_attempt_bring_everything_to_where_it_was() -> None:
    matcher = BracketMatcher(64, USER)
    decoding = state(matcher=matcher, thinking_budget=3, presence_penalty=1.0)
    decoding.accept([NEWLINE, THINK, WORD, WORD, WORD, END_THINK, 0, 2])
    assert matcher.taken == [0, 2]
    (row,) = decoding.rows()
    assert row.position == len(PROMPT) + 8
    assert {0, 1, 2} <= allowed(row)


def test_ids_that_stand_for_no_token_are_never_counted() -> None:
    decoding = state(repetition_penalty=1.5, prompt=[1, 64, 90])
    first, *rest = (row.adjustment for row in decoding.rows([64, 2]))
    assert first is not None
    assert first.penalties is not None
    assert first.penalties.ids.tolist() == [1]
    assert rest == [None, None]

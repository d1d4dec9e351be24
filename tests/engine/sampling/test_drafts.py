"""Drafts cost nothing but time: whatever they are, the text is the one without any."""

import math
from itertools import product
from typing import Any

import pytest

from engine.protocol import SamplingParams
from engine.sampling import DecodingState, ResponseTags
from tests.engine.sampling.distributions import exact_distribution, require_distribution
from tests.engine.sampling.drafting import (
    BracketMatcher,
    ToySequence,
    decode_all,
    drafter_of_quality,
    toy_logits,
)

VOCAB = 12
END = 11
THINK, END_THINK, CALL, END_CALL = 6, 7, 8, 9
TAGS = ResponseTags(
    open_thinking=THINK,
    close_thinking=END_THINK,
    open_call=CALL,
    close_call=END_CALL,
    opening=(5, THINK),
    stop_token_ids=frozenset({END}),
    vocab_size=VOCAB,
)
PROMPT = [3, 4]
# Every rule that a row can have, alone and together.
RULES: dict[str, dict[str, Any]] = {
    "plain": {},
    "filters": {"temperature": 1.4, "top_p": 0.9, "top_k": 8, "min_p": 0.02},
    "greedy": {"temperature": 0.0},
    "penalties": {"repetition_penalty": 1.5, "presence_penalty": 0.7, "frequency_penalty": 0.9},
    "greedy with penalties": {"temperature": 0.0, "frequency_penalty": 1.5},
    "bias": {"logit_bias": {"2": 3.0, "5": -4.0}},
    "budget": {"thinking_budget": 3},
    "grammar": {"grammar": True, "logit_bias": {"7": 1.5, "11": 2.0}},
    "grammar and penalties": {
        "grammar": True,
        "frequency_penalty": 1.0,
        "logit_bias": {"1": 1.0, "7": 2.0, "11": 2.0},
    },
    "grammar at once": {
        "grammar": True,
        "thinks": False,
        "repetition_penalty": 1.2,
        "logit_bias": {"11": 2.0},
    },
    "grammar after a budget": {"grammar": True, "thinking_budget": 4, "presence_penalty": 1.0},
}


def write(
    seed: int, drafts: int, quality: float, *, grammar: bool = False, thinks: bool = True, **s: Any
) -> ToySequence:
    sampling = SamplingParams(**{"temperature": 1.0, "top_p": 1.0, "seed": seed, **s})
    matcher = BracketMatcher(VOCAB, END) if grammar else None
    state = DecodingState(sampling, PROMPT, tags=TAGS, thinks=thinks, matcher=matcher)
    drafter = drafter_of_quality(quality, drafts, VOCAB, seed * 17 + drafts)
    return ToySequence(state, PROMPT, drafter, max_tokens=24, ends=frozenset({END}))


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())
def test_the_text_is_the_same_for_every_number_and_quality_of_drafts(rules: dict[str, Any]) -> None:
    seeds = range(8)
    plain = [write(seed, 0, 0.0, **rules) for seed in seeds]
    decode_all(plain, VOCAB)
    ends = sum(sequence.output[-1] == END for sequence in plain)
    assert not rules.get("grammar") or ends > 2
    for count, quality in product((1, 2, 3), (0.0, 0.5, 1.0)):
        drafted = [write(seed, count, quality, **rules) for seed in seeds]
        decode_all(drafted, VOCAB)
        assert [s.output for s in drafted] == [s.output for s in plain]
        if quality == 1.0:
            assert sum(s.steps for s in drafted) < sum(s.steps for s in plain)


def test_the_state_after_drafts_is_the_state_without_them() -> None:
    rules = RULES["grammar after a budget"]
    for seed in range(8):
        drafted, plain = write(seed, 3, 0.7, **rules), write(seed, 0, 0.0, **rules)
        for sequence in (drafted, plain):
            sequence.max_tokens = 14
            decode_all([sequence], VOCAB)
        mine, other = (s.state.rows()[0].adjustment for s in (drafted, plain))
        assert mine is not None
        assert other is not None
        assert mine.forced == other.forced
        assert (mine.allowed is None) == (other.allowed is None)
        if mine.allowed is not None and other.allowed is not None:
            assert mine.allowed.tolist() == other.allowed.tolist()
        if mine.penalties is not None and other.penalties is not None:
            assert mine.penalties.ids.tolist() == other.penalties.ids.tolist()
            assert mine.penalties.output_counts.tolist() == other.penalties.output_counts.tolist()


@pytest.mark.parametrize("quality", [0.0, 0.6, 1.0])
def test_accepted_texts_have_the_distribution_of_plain_sampling(quality: float) -> None:
    vocab, length, draws = 4, 2, 3000
    filters: dict[str, float] = {"temperature": 1.2, "top_p": 0.97}
    sequences = []
    for seed in range(draws):
        state = DecodingState(SamplingParams(seed=seed, **filters), PROMPT, tags=TAGS, thinks=False)  # type: ignore[arg-type]
        drafter = drafter_of_quality(quality, 3, vocab, seed)
        sequences.append(ToySequence(state, PROMPT, drafter, max_tokens=length))
    decode_all(sequences, vocab)
    expected: dict[object, float] = {}
    for text in product(range(vocab), repeat=length):
        shares = [
            exact_distribution(
                toy_logits([*PROMPT, *text[:i]], vocab), temperature=1.2, top_p=0.97
            )[text[i]]
            for i in range(length)
        ]
        expected[text] = math.prod(shares)
    require_distribution([tuple(sequence.output) for sequence in sequences], expected)

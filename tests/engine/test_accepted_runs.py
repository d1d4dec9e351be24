"""Answers whose tokens come several at a time are the answers that come one by one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.chat.tokenizer import ChatTokenizer
from engine.llm_engine import LLMEngine
from engine.protocol import FinishReason, GenerationRequest
from tests.engine.accepted_runs import DraftingEngine, Told, largest_difference
from tests.engine.engines import Answer, answer_alone, build_engine, make_request, run_to_end
from tests.engine.model.stepper import random_prompt

WAYS = [(1, True), (2, True), (3, True), (3, False)]
CONTEXT = 128
OPTIONS: dict[str, Any] = {"cpu_threads": 1, "context_length": CONTEXT}


@pytest.fixture(scope="module")
def one_by_one(checkpoint_folder: Path) -> LLMEngine:
    return build_engine(checkpoint_folder, max_drafts=0, **OPTIONS)


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: f"k={way[0]}-compiled={way[1]}")
def in_runs(request: pytest.FixtureRequest, checkpoint_folder: Path) -> DraftingEngine:
    drafts, compiled = request.param
    return DraftingEngine(checkpoint_folder, drafts, {"compiled_step": compiled, **OPTIONS})


@pytest.fixture(scope="module")
def tokenizer(checkpoint_folder: Path) -> ChatTokenizer:
    return ChatTokenizer.from_folder(checkpoint_folder)


def write_on(engine: LLMEngine, request: GenerationRequest, prompt: Sequence[int]) -> list[int]:
    """The answer as it would go on behind its stop tokens."""
    engine.submit_prompt(request, prompt, ignore_stop_tokens=True)
    return run_to_end(engine)[request.request_id].token_ids


StoppedAnswer = tuple[GenerationRequest, list[int], list[int]]
SAMPLINGS: dict[str, dict[str, Any]] = {
    "greedy": {},
    "drawn": {"temperature": 1.0, "seed": 3},
    "filtered": {"temperature": 1.2, "seed": 4, "top_p": 0.8, "top_k": 20, "min_p": 0.02},
    "repetition": {"repetition_penalty": 1.4},
    "counted": {
        "temperature": 0.9,
        "seed": 5,
        "presence_penalty": 1.5,
        "frequency_penalty": 0.7,
    },
    "biased": {"temperature": 0.9, "seed": 6, "logit_bias": {"65": 9.0, "66": 9.0, "10": -50.0}},
    "everything": {
        "temperature": 1.1,
        "seed": 7,
        "top_p": 0.95,
        "repetition_penalty": 1.2,
        "presence_penalty": 0.5,
        "frequency_penalty": -0.4,
        "logit_bias": {"70": 8.0},
        "logprobs": 2,
    },
}


@pytest.mark.parametrize("name", SAMPLINGS)
def test_drafts_change_nothing_whatever_shapes_the_distribution(
    one_by_one: LLMEngine, in_runs: DraftingEngine, name: str
) -> None:
    request = make_request("alice", max_tokens=36, **SAMPLINGS[name])
    expected = answer_alone(one_by_one, request)
    answer = in_runs.answer(request, expected.token_ids)
    assert Told.of(answer) == Told.of(expected)
    runs = {len(run) for run in in_runs.runner.accepted_runs}
    assert max(runs) == in_runs.drafts + 1, "the drafts were not accepted"


def test_penalties_and_bias_do_change_the_text(one_by_one: LLMEngine) -> None:
    texts = [
        tuple(answer_alone(one_by_one, make_request("a", max_tokens=50, **sampling)).token_ids)
        for sampling in SAMPLINGS.values()
    ]
    assert len(set(texts)) == len(SAMPLINGS)


def test_log_probabilities_are_aligned_with_the_tokens_of_a_run(
    one_by_one: LLMEngine, in_runs: DraftingEngine
) -> None:
    request = make_request("alice", max_tokens=40, logprobs=3, temperature=0.8, seed=9)
    expected = answer_alone(one_by_one, request)
    answer = in_runs.answer(request, expected.token_ids)
    assert [entry.token_id for entry in answer.logprobs] == answer.token_ids
    assert largest_difference(answer.logprobs, expected.logprobs) < 1e-3
    tops = [[[top.token_id for top in e.top] for e in a.logprobs] for a in (answer, expected)]
    assert tops[0] == tops[1]


@pytest.mark.parametrize("max_tokens", [1, 2, 3, 5, 8])
def test_an_answer_ends_at_its_length_in_the_middle_of_a_run(
    one_by_one: LLMEngine, in_runs: DraftingEngine, max_tokens: int
) -> None:
    whole = answer_alone(one_by_one, make_request("alice", max_tokens=30)).token_ids
    answer = in_runs.answer(make_request("alice", max_tokens=max_tokens, logprobs=0), whole)
    assert answer.token_ids == whole[:max_tokens]
    assert [entry.token_id for entry in answer.logprobs] == answer.token_ids
    assert answer.finished.reason is FinishReason.LENGTH
    assert answer.finished.usage.completion_tokens == max_tokens


@pytest.mark.parametrize("length", [CONTEXT - left for left in (2, 3, 5, 8)])
def test_the_context_ends_in_the_middle_of_a_run(
    one_by_one: LLMEngine, in_runs: DraftingEngine, length: int
) -> None:
    prompt = random_prompt(length, seed=length)
    request = make_request("alice", max_tokens=None)
    expected = write_on(one_by_one, request, prompt)
    assert len(expected) == one_by_one.context_length - length
    in_runs.texts["alice"] = [*expected, 1, 2, 3, 4]
    in_runs.runner._prompt_tokens.clear()
    in_runs.engine.submit_prompt(request, prompt, ignore_stop_tokens=True)
    answer = run_to_end(in_runs.engine)["alice"]
    assert answer.token_ids == expected
    assert answer.finished.reason is FinishReason.LENGTH


@pytest.fixture(scope="module")
def stopped(one_by_one: LLMEngine, tokenizer: ChatTokenizer) -> list[StoppedAnswer]:
    return stopped_answers(one_by_one, tokenizer)


def stopped_answers(engine: LLMEngine, tokenizer: ChatTokenizer) -> list[StoppedAnswer]:
    """Requests whose answers end by a stop token, the prompt, and how the text would go on."""
    found = []
    bias = {str(token_id): 6.0 for token_id in tokenizer.stop_token_ids}
    for seed in range(20):
        prompt = random_prompt(30, seed=seed)
        request = make_request(
            "alice", max_tokens=16, temperature=1.0, seed=seed, logit_bias=bias, logprobs=0
        )
        text = write_on(engine, request, prompt)
        end = next((i for i, token in enumerate(text) if token in tokenizer.stop_token_ids), 99)
        if 3 <= end <= 13:
            found.append((request, prompt, text))
    return found[:4]


def test_a_stop_token_inside_a_run_is_the_last_thing_that_is_told(
    one_by_one: LLMEngine,
    in_runs: DraftingEngine,
    tokenizer: ChatTokenizer,
    stopped: list[StoppedAnswer],
) -> None:
    assert len(stopped) >= 3
    inside = 0
    for request, prompt, text in stopped:
        one_by_one.submit_prompt(request, prompt)
        expected = run_to_end(one_by_one)["alice"]
        answer = in_runs.answer_prompt(request, prompt, text)
        assert Told.of(answer) == Told.of(expected)
        assert answer.token_ids[-1] in tokenizer.stop_token_ids
        last = answer.token_ids[-1]
        inside += any(last in run[:-1] for run in in_runs.runner.accepted_runs)
        goes_on = [*prompt, *answer.token_ids, *random_prompt(20, seed=1)]
        next_turn = make_request("bob", max_tokens=20)
        follow = in_runs.answer_prompt(next_turn, goes_on, write_on(one_by_one, next_turn, goes_on))
        one_by_one.submit_prompt(next_turn, goes_on)
        assert follow.token_ids == run_to_end(one_by_one)["bob"].token_ids
        assert follow.finished.usage.cached_tokens > 0
    assert inside > 0, "no stop token fell into the middle of a run"


@pytest.mark.parametrize("first", [4, 9, 15])
def test_a_stop_string_inside_a_run_cuts_text_tokens_and_log_probabilities(
    one_by_one: LLMEngine, in_runs: DraftingEngine, first: int
) -> None:
    whole = answer_alone(one_by_one, make_request("alice", max_tokens=30))
    stop = whole.text[first : first + 3]
    request = make_request("alice", max_tokens=30, stop=(stop,), logprobs=1)
    expected = answer_alone(one_by_one, request)
    answer = in_runs.answer(request, whole.token_ids)
    assert Told.of(answer) == Told.of(expected)
    assert answer.text == whole.text[: whole.text.index(stop)]
    assert answer.finished.reason is FinishReason.STOP
    assert len(answer.token_ids) < len(whole.token_ids)
    assert [entry.token_id for entry in answer.logprobs] == answer.token_ids


def test_a_batch_in_runs_of_different_lengths_answers_as_each_alone(
    one_by_one: LLMEngine, in_runs: DraftingEngine
) -> None:
    requests = [
        make_request(f"r{number}", "game " * number, max_tokens=20 + 3 * number, **sampling)
        for number, sampling in enumerate(SAMPLINGS.values())
    ]
    expected = {r.request_id: answer_alone(one_by_one, r) for r in requests}
    in_runs.runner._prompt_tokens.clear()
    for place, request in enumerate(requests):
        # Every second one is drafted for by the wrong text.
        source = requests[place // 2 * 2].request_id
        in_runs.texts[request.request_id] = expected[source].token_ids
        in_runs.engine.submit(request)
    answers: dict[str, Answer] = run_to_end(in_runs.engine)
    for name, answer in answers.items():
        assert Told.of(answer) == Told.of(expected[name])

"""The log probabilities of prompts and answers are those of the plain model, place by place."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.chat.tokenizer import ChatTokenizer
from engine.model.loading import load_model
from engine.protocol import Priority, PromptLogprobs, TokenLogprobs
from tests.engine.engines import Answer, build_engine, collect, make_request, run_to_end
from tests.engine.model.stepper import Stepper, random_prompt

PROMPT = random_prompt(90, seed=2)
CLOSE = 2e-3


def plain_scores(folder: Path, tokens: Sequence[int]) -> Tensor:
    """[len(tokens), vocab]: after each token, by the plain model in one pass."""
    vocab_size = ChatTokenizer.from_folder(folder).vocab_size
    logits = Stepper(load_model(folder), 1).step({0: list(tokens)})[0]
    return torch.log_softmax(logits[:, :vocab_size], dim=-1)


def assert_scores(
    entries: Sequence[TokenLogprobs], tokens: Sequence[int], scores: Tensor, num_top: int
) -> None:
    assert [entry.token_id for entry in entries] == list(tokens)
    for entry, row in zip(entries, scores, strict=True):
        assert entry.logprob == pytest.approx(float(row[entry.token_id]), abs=CLOSE)
        best = row.topk(num_top).values.tolist()
        assert [top.logprob for top in entry.top] == pytest.approx(best, abs=CLOSE)
        for top in entry.top:
            assert top.logprob == pytest.approx(float(row[top.token_id]), abs=CLOSE)


def told_scores(answer: Answer, first: int = 1) -> list[TokenLogprobs]:
    """All prompt scores, which must come in order and without a gap."""
    found: list[TokenLogprobs] = []
    for event in answer.events:
        if isinstance(event, PromptLogprobs):
            assert event.start == first + len(found)
            found += event.logprobs
    return found


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("temperature", [0.0, 1.3])
def test_scores_of_sampled_tokens_are_the_models_own(
    checkpoint_folder: Path, compiled: bool, temperature: float
) -> None:
    engine = build_engine(checkpoint_folder, compiled_step=compiled, cpu_threads=1)
    bias = {"65": 5.0}
    request = make_request(
        "alice",
        max_tokens=25,
        temperature=temperature,
        seed=1,
        logprobs=4,
        repetition_penalty=1.3,
        logit_bias=bias,
    )
    engine.submit_prompt(request, PROMPT, ignore_stop_tokens=True)
    answer = run_to_end(engine)["alice"]
    scores = plain_scores(checkpoint_folder, [*PROMPT, *answer.token_ids])
    answer_scores = scores[len(PROMPT) - 1 : -1]
    assert_scores(answer.logprobs, answer.token_ids, answer_scores, num_top=4)


@pytest.mark.parametrize(
    ("budget", "compiled"), [(1, True), (7, True), (16, True), (200, True), (7, False)]
)
def test_scores_of_a_prompt_are_told_once_in_order_whatever_the_chunks(
    checkpoint_folder: Path, budget: int, compiled: bool
) -> None:
    engine = build_engine(
        checkpoint_folder, prefill_tokens_per_step=budget, compiled_step=compiled, cpu_threads=1
    )
    expected = plain_scores(checkpoint_folder, PROMPT)
    for _ in range(2):
        request = make_request("alice", max_tokens=3, prompt_logprobs=2)
        engine.submit_prompt(request, PROMPT)
        answer = run_to_end(engine)["alice"]
        assert_scores(told_scores(answer), PROMPT[1:], expected[:-1], num_top=2)
        # Every position has to be computed for it, also where the cache knows the prompt.
        assert answer.finished.usage.cached_tokens == 0


@pytest.mark.parametrize("steps", [1, 3, 7, 9, 20])
def test_scores_of_a_prompt_that_is_read_twice_are_told_once(
    checkpoint_folder: Path, steps: int
) -> None:
    engine = build_engine(
        checkpoint_folder,
        max_running=1,
        prefill_tokens_per_step=16,
        max_drafts=0,
        decode_steps=1,
        cpu_threads=1,
    )
    request = make_request("alice", max_tokens=20, prompt_logprobs=1, priority=Priority.BACKGROUND)
    answers: dict[str, Answer] = {}
    engine.submit_prompt(request, PROMPT, ignore_stop_tokens=True)
    for _ in range(steps):
        collect(engine.step(), answers)
    engine.submit(make_request("bob", max_tokens=2))
    run_to_end(engine, answers)
    assert engine.stats().preemptions == 1
    expected = plain_scores(checkpoint_folder, PROMPT)
    assert_scores(told_scores(answers["alice"]), PROMPT[1:], expected[:-1], num_top=1)
    assert len(answers["alice"].token_ids) == 20


def test_scores_of_a_resumed_answers_prompt_do_not_reach_into_the_answer(
    checkpoint_folder: Path,
) -> None:
    engine = build_engine(checkpoint_folder, cpu_threads=1)
    request = make_request(
        "alice", max_tokens=20, prompt_logprobs=0, resume_token_ids=(65, 66, 67), attempt=2
    )
    engine.submit_prompt(request, PROMPT)
    scores = told_scores(run_to_end(engine)["alice"])
    assert [entry.token_id for entry in scores] == PROMPT[1:]

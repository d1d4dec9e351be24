"""Several answers of one request: told apart, ended once, over one prompt."""

from pathlib import Path

import pytest

from engine.chat.tokenizer import ChatTokenizer
from engine.errors import RequestRejected
from engine.llm_engine import LLMEngine
from engine.protocol import ChoiceFinished, ErrorCode, FinishReason, Queued
from tests.engine.engines import (
    Answer,
    answer_alone,
    build_engine,
    build_scripted_engine,
    collect,
    make_request,
    run_to_end,
)

PROMPT = "The quick brown fox jumps over the lazy dog. " * 4
COMPILED_OR_NOT = pytest.mark.parametrize("compiled", [True, False])


def prompt_tokens(engine: LLMEngine) -> int:
    return answer_alone(engine, make_request("count", PROMPT)).finished.usage.prompt_tokens


@COMPILED_OR_NOT
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_each_answer_is_what_its_own_seed_gives_alone(
    checkpoint_folder: Path, compiled: bool, temperature: float
) -> None:
    engine = build_engine(checkpoint_folder, compiled_step=compiled)
    request = make_request("alice", PROMPT, temperature=temperature, seed=40, n=4)
    together = answer_alone(engine, request)
    alone = [
        answer_alone(engine, make_request("bob", PROMPT, temperature=temperature, seed=40 + choice))
        for choice in range(4)
    ]
    assert sorted(together.choices) == [0, 1, 2, 3]
    for choice, one in enumerate(alone):
        assert together.choices[choice].token_ids == one.token_ids
        assert together.choices[choice].text == one.text
    assert len({tuple(one.token_ids) for one in alone}) == (4 if temperature else 1)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_each_answer_ends_by_itself_and_the_request_once(checkpoint_folder: Path, n: int) -> None:
    engine = build_engine(checkpoint_folder)
    answer = answer_alone(engine, make_request("alice", n=n, temperature=1.0, seed=1))
    ends = {
        choice: [event for event in one.events if isinstance(event, ChoiceFinished)]
        for choice, one in answer.choices.items()
    }
    assert [len(ends[choice]) for choice in range(n)] == [1 if n > 1 else 0] * n
    for choice in range(n if n > 1 else 0):
        usage = ends[choice][0].usage
        assert usage.completion_tokens == len(answer.choices[choice].token_ids)
    assert answer.finished.usage.completion_tokens == len(answer.token_ids)


def test_the_worst_end_of_the_answers_is_the_requests(checkpoint_folder: Path) -> None:
    stop = 0
    (stop, *_) = ChatTokenizer.from_folder(checkpoint_folder).stop_token_ids
    scripts = {"alice": [65, stop], "alice#1": [67, 68, 69, 70]}
    engine = build_scripted_engine(checkpoint_folder, scripts)
    answer = answer_alone(engine, make_request("alice", n=2, max_tokens=4))
    reasons = {
        choice: event.reason
        for choice, one in answer.choices.items()
        for event in one.events
        if isinstance(event, ChoiceFinished)
    }
    assert reasons == {0: FinishReason.STOP, 1: FinishReason.LENGTH}
    assert answer.finished.reason is FinishReason.LENGTH


@COMPILED_OR_NOT
def test_the_prompt_is_read_once_and_its_blocks_are_shared(
    checkpoint_folder: Path, compiled: bool
) -> None:
    length = prompt_tokens(build_engine(checkpoint_folder))
    engine = build_engine(checkpoint_folder, compiled_step=compiled)
    engine.submit(make_request("alice", PROMPT, n=4, max_tokens=20))
    answers: dict[str, Answer] = {}
    while len(answers.get("alice", Answer()).choices) < 4 or engine.stats().generated_tokens < 8:
        collect(engine.step(), answers)
    shared = (length - 1) // 16
    own = -(-(length + 24) // 16) - shared
    assert engine.stats().kv_blocks_used <= shared + 4 * own
    assert engine.stats().prefix_hit_tokens == 3 * shared * 16
    run_to_end(engine, answers)


@pytest.mark.parametrize("steps", [0, 1, 4, 7])
def test_an_abort_ends_all_answers(checkpoint_folder: Path, steps: int) -> None:
    # Two of the four run and two wait.
    engine = build_engine(checkpoint_folder, max_running=2, max_drafts=0)
    engine.submit(make_request("alice", n=4, max_tokens=30))
    answers: dict[str, Answer] = {}
    for _ in range(steps):
        collect(engine.step(), answers)
    engine.abort("alice")
    collect(engine.step(), answers)
    assert not engine.has_work()
    run_to_end(engine, answers)
    assert answers["alice"].finished.reason is FinishReason.ABORTED
    ends = [event for event in answers["alice"].events if isinstance(event, ChoiceFinished)]
    assert [end.reason for end in ends] == [FinishReason.ABORTED] * 4


def test_one_answer_that_is_not_finite_fails_the_request_once(checkpoint_folder: Path) -> None:
    scripts: dict[str, list[int | Exception | None]]
    scripts = {"alice": [65] * 20, "alice#1": [66, None], "alice#2": [67] * 20, "bob": [68] * 12}
    engine = build_scripted_engine(checkpoint_folder, scripts)
    engine.submit(make_request("alice", n=3))
    engine.submit(make_request("bob"))
    answers = run_to_end(engine)
    assert answers["alice"].failed.code is ErrorCode.LOGITS_NOT_FINITE
    assert len(answers["bob"].token_ids) == 12
    assert engine.stats().corrupted_requests == 1


def test_several_answers_cannot_be_resumed(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    with pytest.raises(RequestRejected, match="resume_token_ids needs n to be 1"):
        engine.submit(make_request("alice", n=2, resume_token_ids=(65,)))
    assert not engine.has_work()


def test_a_request_of_several_answers_is_one_place_in_line(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_running=1)
    for name, n in (("alice", 1), ("bob", 4), ("charlie", 2)):
        engine.submit(make_request(name, n=n, max_tokens=3))
    answers = run_to_end(engine)
    places = {
        name: [event.position for event in answer.events if isinstance(event, Queued)]
        for name, answer in answers.items()
    }
    assert places == {"alice": [], "bob": [1], "charlie": [2, 1]}

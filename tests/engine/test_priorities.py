"""Who goes first: a person before a title before what only warms the cache."""

from pathlib import Path

import pytest

from engine.llm_engine import LLMEngine
from engine.protocol import Finished, FinishReason, PrefillProgress, Priority, Queued
from tests.engine.engines import (
    Answer,
    answer_alone,
    build_engine,
    collect,
    make_request,
    run_to_end,
)
from tests.engine.model.stepper import random_prompt

LONG = random_prompt(200, seed=4)


def test_a_prompt_that_is_only_read_writes_nothing_and_warms_the_cache(
    checkpoint_folder: Path,
) -> None:
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=64, cpu_threads=1)
    warm = make_request("warm", prefill_only=True, priority=Priority.BACKGROUND, logprobs=1)
    engine.submit_prompt(warm, LONG)
    answer = run_to_end(engine)["warm"]
    assert answer.token_ids == []
    others = [event for event in answer.events if not isinstance(event, PrefillProgress)]
    assert others == [answer.finished]
    assert answer.finished.reason is FinishReason.STOP
    assert answer.finished.usage.completion_tokens == 0
    assert engine.stats().generated_tokens == 0
    engine.submit_prompt(make_request("alice"), [*LONG, 7])
    alice = run_to_end(engine)["alice"]
    assert alice.finished.usage.cached_tokens == 192
    cold = build_engine(checkpoint_folder, cpu_threads=1)
    cold.submit_prompt(make_request("alice"), [*LONG, 7])
    assert run_to_end(cold)["alice"].token_ids == alice.token_ids


def steps_to_first_token(engine: LLMEngine, answers: dict[str, Answer]) -> int:
    engine.submit(make_request("alice", "Hi, and more of it.", max_tokens=3))
    for steps in range(1, 100):
        collect(engine.step(), answers)
        if answers.get("alice", Answer()).token_ids:
            return steps
    raise AssertionError("no token came")


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 12])
@pytest.mark.parametrize("max_running", [1, 4])
def test_reading_in_the_background_delays_no_first_token(
    checkpoint_folder: Path, steps: int, max_running: int
) -> None:
    engine = build_engine(
        checkpoint_folder, prefill_tokens_per_step=16, max_running=max_running, cpu_threads=1
    )
    undisturbed = steps_to_first_token(engine, {})
    run_to_end(engine)
    engine = build_engine(
        checkpoint_folder, prefill_tokens_per_step=16, max_running=max_running, cpu_threads=1
    )
    warm = make_request("warm", prefill_only=True, priority=Priority.BACKGROUND)
    engine.submit_prompt(warm, LONG)
    answers: dict[str, Answer] = {}
    for _ in range(steps):
        collect(engine.step(), answers)
    assert steps_to_first_token(engine, answers) == undisturbed
    run_to_end(engine, answers)
    assert answers["warm"].finished.reason is FinishReason.STOP


def test_a_warming_that_was_aborted_leaves_what_it_read(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=64, cpu_threads=1)
    engine.submit_prompt(make_request("warm", prefill_only=True), LONG)
    answers: dict[str, Answer] = {}
    for _ in range(3):
        collect(engine.step(), answers)
    engine.abort("warm")
    run_to_end(engine, answers)
    assert answers["warm"].finished.reason is FinishReason.ABORTED
    engine.submit_prompt(make_request("alice"), LONG)
    assert run_to_end(engine)["alice"].finished.usage.cached_tokens >= 64


def test_people_go_first_then_titles_then_the_background(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_running=1, cpu_threads=1)
    for name, priority in (
        ("background", Priority.BACKGROUND),
        ("title", Priority.TITLE),
        ("alice", Priority.INTERACTIVE),
        ("bob", Priority.INTERACTIVE),
    ):
        engine.submit(make_request(name, priority=priority, max_tokens=3))
    ended: list[str] = []
    while engine.has_work():
        ended += [
            output.request_id
            for output in engine.step()
            if any(isinstance(event, Finished) for event in output.batch.events)
        ]
    assert ended == ["alice", "bob", "title", "background"]


def test_places_in_line_are_true_after_a_preemption(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_running=1, max_drafts=0, cpu_threads=1)
    answers: dict[str, Answer] = {}
    engine.submit(make_request("writing", priority=Priority.BACKGROUND, max_tokens=8))
    engine.submit(make_request("waiting", priority=Priority.BACKGROUND, max_tokens=2))
    for _ in range(3):
        collect(engine.step(), answers)
    engine.submit(make_request("alice", max_tokens=2))
    run_to_end(engine, answers)
    places = {
        name: [event.position for event in answer.events if isinstance(event, Queued)]
        for name, answer in answers.items()
    }
    # "writing" stands before "waiting" again, but is never told so: it has begun.
    assert places == {"writing": [], "waiting": [1, 2, 1], "alice": []}
    whole = answer_alone(engine, make_request("again", max_tokens=8))
    assert answers["writing"].token_ids == whole.token_ids

"""A fault that passes leaves nothing behind that would break the next answers."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from engine.errors import EngineUnavailable
from engine.llm_engine import LLMEngine
from engine.model.kv_storage import KVStorage
from engine.protocol import ErrorCode
from engine.runner import StepItem, StepResult
from tests.engine.engines import (
    Answer,
    answer_alone,
    build_engine,
    build_scripted_engine,
    collect,
    load_engine_parts,
    make_request,
    run_to_end,
)

PROMPT = "The quick brown fox jumps over the lazy dog. " * 3


def spoil(cache: KVStorage, block: int) -> None:
    """A passing fault: one block's values are no numbers any more."""
    keys, values = cache.plain_layers()
    for layer in (*keys, *values):
        layer[block] = torch.nan


def write_some(engine: LLMEngine, answers: dict[str, Answer], tokens: int) -> None:
    while engine.stats().generated_tokens < tokens:
        collect(engine.step(), answers)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("n", [1, 3])
def test_the_conversation_goes_on_after_its_blocks_were_spoiled_once(
    checkpoint_folder: Path, caches: list[KVStorage], n: int, compiled: bool
) -> None:
    engine = build_engine(checkpoint_folder, compiled_step=compiled, cpu_threads=1)
    request = make_request("alice", PROMPT, max_tokens=30, n=n)
    expected = answer_alone(build_engine(checkpoint_folder, cpu_threads=1), request).token_ids
    answers: dict[str, Answer] = {}
    engine.submit(request)
    write_some(engine, answers, 6)
    (sequence, *_) = engine._scheduler.running
    spoil(caches[0], sequence.block_table[1])
    run_to_end(engine, answers)
    assert answers["alice"].failed.code is ErrorCode.LOGITS_NOT_FINITE
    again = answer_alone(engine, request)
    assert again.finished.usage.cached_tokens == 0
    assert sorted(again.token_ids) == sorted(expected)
    assert answer_alone(engine, request).finished.usage.cached_tokens > 0


def test_a_step_that_broke_while_the_next_one_ran_is_waited_for(checkpoint_folder: Path) -> None:
    calls: list[str] = []
    parts = load_engine_parts(checkpoint_folder, cpu_threads=1)
    runner = parts.runner
    launch, finish = runner.launch, runner.finish

    def note_launch(items: Sequence[StepItem]) -> None:
        calls.append("launch")
        launch(items)

    def note_finish(items: Sequence[StepItem]) -> list[StepResult]:
        calls.append("finish")
        return finish(items)

    runner.launch, runner.finish = note_launch, note_finish  # type: ignore[method-assign]
    engine = LLMEngine(parts)
    engine.submit(make_request("alice", PROMPT, max_tokens=40))
    for _ in range(5):
        engine.step()
    answers: dict[str, Answer] = {}
    collect(engine.fail_running(ErrorCode.INTERNAL_ERROR, "A defect."), answers)
    assert answers["alice"].failed.code is ErrorCode.INTERNAL_ERROR
    assert calls == ["launch", "finish"] * 5
    expected = answer_alone(build_engine(checkpoint_folder, cpu_threads=1), make_request("bob"))
    assert answer_alone(engine, make_request("bob")).token_ids == expected.token_ids


def test_a_step_that_fails_while_it_is_given_up_does_no_more_harm(
    checkpoint_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scripts: dict[str, list[int | Exception | None]]
    scripts = {"alice": [65, EngineUnavailable(ErrorCode.OUT_OF_MEMORY)], "bob": [66] * 12}
    engine = build_scripted_engine(checkpoint_folder, scripts)
    engine.submit(make_request("alice"))
    engine.step()
    engine.step()
    answers: dict[str, Answer] = {}
    collect(engine.fail_running(ErrorCode.INTERNAL_ERROR, "A defect."), answers)
    assert answers["alice"].failed.message == "A defect."
    assert "A step that was given up failed" in caplog.text
    assert len(answer_alone(engine, make_request("bob")).token_ids) == 12

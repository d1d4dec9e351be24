"""The engine over a tiny random model: who is beside whom must change nothing."""

from pathlib import Path
from typing import Any

import pytest

from engine.chat.tokenizer import ChatTokenizer
from engine.errors import EngineUnavailable, RequestRejected
from engine.protocol import (
    ErrorCode,
    FinishReason,
    GenerationRequest,
    PrefillProgress,
    Priority,
    Queued,
)
from tests.engine.engines import (
    CONTEXT_LENGTH,
    Answer,
    answer_alone,
    build_engine,
    collect,
    make_request,
    poison_embedding,
    run_to_end,
    write_checkpoint,
)

TEXTS = (
    "Hi",
    "Make a small game and draw a picture with it.",
    "The quick brown fox jumps over the lazy dog. " * 3,
    "draw(context)",
    "Was ist das? Größe 3 · π",
)


def five_requests(*, temperature: float) -> list[GenerationRequest]:
    return [
        make_request(f"r{number}", text, temperature=temperature, seed=number, max_tokens=24)
        for number, text in enumerate(TEXTS)
    ]


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_a_batch_of_five_answers_as_each_alone(checkpoint_folder: Path, temperature: float) -> None:
    engine = build_engine(checkpoint_folder)
    requests = five_requests(temperature=temperature)
    alone = {r.request_id: answer_alone(engine, r).token_ids for r in requests}
    for request in requests:
        engine.submit(request)
    together = {name: answer.token_ids for name, answer in run_to_end(engine).items()}
    assert together == alone
    assert len({tuple(tokens) for tokens in alone.values()}) == 5


def test_requests_that_join_and_leave_on_the_way_answer_as_alone(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=16, max_running=3)
    requests = five_requests(temperature=0.8)
    alone = {r.request_id: answer_alone(engine, r).token_ids for r in requests}
    answers: dict[str, Answer] = {}
    for request in requests:
        engine.submit(request)
        collect(engine.step(), answers)
        collect(engine.step(), answers)
    run_to_end(engine, answers)
    assert {name: answer.token_ids for name, answer in answers.items()} == alone


@pytest.mark.parametrize("budget", [1, 7, 16])
def test_a_prompt_read_in_chunks_answers_as_one_read_at_once(
    checkpoint_folder: Path, budget: int
) -> None:
    request = make_request("alice", TEXTS[2], max_tokens=16)
    at_once = answer_alone(build_engine(checkpoint_folder), request)
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=budget)
    chunked = answer_alone(engine, request)
    assert chunked.token_ids == at_once.token_ids
    assert chunked.text == at_once.text


def test_a_seed_gives_the_same_answer_again_and_another_seed_another(
    checkpoint_folder: Path,
) -> None:
    engine = build_engine(checkpoint_folder)
    answers = [
        answer_alone(engine, make_request("alice", temperature=1.0, seed=seed)).token_ids
        for seed in (7, 7, 8)
    ]
    assert answers[0] == answers[1] != answers[2]


def test_without_a_seed_each_answer_is_drawn_afresh(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    request = make_request("alice", temperature=2.0)
    assert answer_alone(engine, request).token_ids != answer_alone(engine, request).token_ids


@pytest.mark.parametrize("temperature", [0.0, 0.9])
@pytest.mark.parametrize("written", [1, 2, 9, 19])
def test_a_resumed_answer_equals_the_uninterrupted_one(
    checkpoint_folder: Path, temperature: float, written: int
) -> None:
    engine = build_engine(checkpoint_folder)
    changes: dict[str, Any] = {"temperature": temperature, "seed": 3, "max_tokens": 20}
    whole = answer_alone(engine, make_request("alice", **changes))

    answers: dict[str, Answer] = {}
    engine.submit(make_request("alice", **changes))
    while len(answers.get("alice", Answer()).token_ids) < written:
        collect(engine.step(), answers)
    engine.fail_all(ErrorCode.ENGINE_LOST, "gone")
    shown = answers["alice"]

    resume = tuple(shown.token_ids)
    resumed = answer_alone(
        engine, make_request("alice", resume_token_ids=resume, attempt=2, **changes)
    )
    assert shown.token_ids + resumed.token_ids == whole.token_ids
    assert shown.text + resumed.text == whole.text
    assert shown.thinking + resumed.thinking == whole.thinking
    assert resumed.finished.reason is whole.finished.reason
    usage, expected = resumed.finished.usage, whole.finished.usage
    assert usage.completion_tokens == expected.completion_tokens
    assert usage.prompt_tokens == expected.prompt_tokens


def test_resuming_a_complete_answer_only_ends_it(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    whole = answer_alone(engine, make_request("alice"))
    resumed = answer_alone(
        engine, make_request("alice", resume_token_ids=tuple(whole.token_ids), attempt=2)
    )
    assert resumed.events == [resumed.finished]
    assert resumed.finished.reason is FinishReason.LENGTH
    assert resumed.finished.usage.completion_tokens == 12


def test_max_tokens_ends_the_answer_with_length(checkpoint_folder: Path) -> None:
    answer = answer_alone(build_engine(checkpoint_folder), make_request("alice", max_tokens=5))
    assert len(answer.token_ids) == 5
    assert answer.finished.reason is FinishReason.LENGTH
    assert answer.finished.usage.completion_tokens == 5


def test_without_max_tokens_the_answer_goes_to_the_end_of_the_context(
    checkpoint_folder: Path,
) -> None:
    engine = build_engine(checkpoint_folder, context_length=32, max_running=1)
    answer = answer_alone(engine, make_request("alice", "Hi", max_tokens=None))
    usage = answer.finished.usage
    assert answer.finished.reason is FinishReason.LENGTH
    assert usage.prompt_tokens + usage.completion_tokens == engine.context_length == 32


def test_the_prompt_is_reported_while_it_is_read(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=20)
    answer = answer_alone(engine, make_request("alice", TEXTS[2]))
    progress = [e for e in answer.events if isinstance(e, PrefillProgress)]
    total = answer.finished.usage.prompt_tokens
    assert [p.done_tokens for p in progress] == [*range(20, total, 20), total]
    assert {p.total_tokens for p in progress} == {total}


def test_a_short_request_gets_its_first_token_while_a_long_prompt_is_read(
    checkpoint_folder: Path,
) -> None:
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=32)
    answers: dict[str, Answer] = {}
    engine.submit(make_request("long", "game " * 150))
    collect(engine.step(), answers)
    engine.submit(make_request("short", "Hi"))
    while not answers.get("short", Answer()).token_ids:
        collect(engine.step(), answers)
    assert not answers["long"].token_ids
    run_to_end(engine, answers)
    assert answers["long"].token_ids


def test_those_in_line_are_told_their_place_whenever_it_changes(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_running=1)
    for name in ("alice", "bob", "charlie"):
        engine.submit(make_request(name, max_tokens=3))
    engine.submit(make_request("title", max_tokens=3, priority=Priority.TITLE))
    engine.abort("bob")
    answers = run_to_end(engine)
    places = {
        name: [e.position for e in answer.events if isinstance(e, Queued)]
        for name, answer in answers.items()
    }
    assert places == {"alice": [], "bob": [], "charlie": [1], "title": [2, 1]}


def test_a_full_line_refuses_and_goes_on_with_those_in_it(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_running=1, max_waiting=2)
    engine.submit(make_request("alice"))
    engine.submit(make_request("bob"))
    with pytest.raises(EngineUnavailable) as refusal:
        engine.submit(make_request("charlie"))
    assert refusal.value.code is ErrorCode.QUEUE_FULL
    assert set(run_to_end(engine)) == {"alice", "bob"}


@pytest.mark.parametrize("steps", [0, 1, 3, 6])
def test_an_abort_in_any_state_ends_within_one_step_and_returns_all_blocks(
    checkpoint_folder: Path, steps: int
) -> None:
    engine = build_engine(checkpoint_folder, max_running=1, prefill_tokens_per_step=16)
    answers: dict[str, Answer] = {}
    engine.submit(make_request("alice", TEXTS[1], max_tokens=50))
    engine.submit(make_request("bob", max_tokens=50))
    for _ in range(steps):
        collect(engine.step(), answers)
    engine.abort("alice")
    engine.abort("bob")
    engine.abort("nobody")
    collect(engine.step(), answers)
    for name in ("alice", "bob"):
        assert answers[name].finished.reason is FinishReason.ABORTED
    assert not engine.has_work()
    stats = engine.stats()
    assert (stats.running, stats.waiting, stats.kv_blocks_used) == (0, 0, 0)


def test_an_aborted_answer_keeps_what_was_written(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_drafts=0, decode_steps=1)
    whole = answer_alone(engine, make_request("alice", max_tokens=20))
    answers: dict[str, Answer] = {}
    engine.submit(make_request("alice", max_tokens=20))
    # The first step only launches; each later one tells what the one before computed.
    for _ in range(9):
        collect(engine.step(), answers)
    engine.abort("alice")
    run_to_end(engine, answers)
    stopped = answers["alice"]
    assert stopped.token_ids == whole.token_ids[:8]
    assert stopped.finished.usage.completion_tokens == 8
    assert whole.text.startswith(stopped.text)


def test_numbers_that_are_not_finite_fail_their_own_request_only(tmp_path: Path) -> None:
    write_checkpoint(tmp_path)
    clean = build_engine(tmp_path)
    expected = answer_alone(clean, make_request("bob")).token_ids
    tokenizer = ChatTokenizer.from_folder(tmp_path)
    (poison,) = tokenizer.encode_text("@")
    poison_embedding(tmp_path, poison)
    # So few blocks that later requests must take those that held the poison.
    memory = 5 * clean.kv_bytes_per_block
    engine = build_engine(tmp_path, kv_memory_bytes=memory, context_length=64)
    assert engine.stats().kv_blocks_total == 5
    engine.submit(make_request("alice", "@"))
    engine.submit(make_request("bob"))
    answers = run_to_end(engine)
    assert answers["alice"].failed.code is ErrorCode.LOGITS_NOT_FINITE
    assert answers["alice"].token_ids == []
    assert answers["bob"].token_ids == expected
    for _ in range(6):
        assert answer_alone(engine, make_request("bob")).token_ids == expected


def test_a_prompt_beyond_the_context_is_refused_with_the_numbers(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    with pytest.raises(RequestRejected) as refusal:
        engine.submit(make_request("alice", "@" * 2000))
    assert refusal.value.code is ErrorCode.CONTEXT_LENGTH_EXCEEDED
    assert str(CONTEXT_LENGTH - 1) in refusal.value.message
    assert not engine.has_work()


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (make_request("alice", temperature=-1.0), "temperature"),
        (make_request("alice", resume_token_ids=(10**6,)), "resume_token_ids"),
        (make_request("alice", resume_token_ids=(-1,)), "resume_token_ids"),
        (GenerationRequest(request_id="alice", model="tiny", messages=()), "messages"),
    ],
)
def test_a_request_of_wrong_shape_is_refused(
    checkpoint_folder: Path, request_: GenerationRequest, word: str
) -> None:
    engine = build_engine(checkpoint_folder)
    with pytest.raises(RequestRejected) as refusal:
        engine.submit(request_)
    assert refusal.value.code is ErrorCode.INVALID_REQUEST
    assert word in refusal.value.message
    assert not engine.has_work()


def test_a_prompt_without_a_token_is_refused(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    with pytest.raises(RequestRejected, match="The prompt is empty"):
        engine.submit_prompt(make_request("alice"), [])
    assert not engine.has_work()


def test_a_request_that_is_being_answered_is_not_taken_twice(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    engine.submit(make_request("alice"))
    with pytest.raises(RequestRejected) as refusal:
        engine.submit(make_request("alice"))
    assert refusal.value.code is ErrorCode.CONFLICT
    assert len(run_to_end(engine)["alice"].token_ids) == 12


def test_stats_count_steps_tokens_and_blocks(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder, max_running=1, max_drafts=0)
    engine.submit(make_request("alice", max_tokens=4))
    engine.submit(make_request("bob", max_tokens=4))
    engine.step()
    engine.step()
    stats = engine.stats()
    assert (stats.steps, stats.running, stats.waiting, stats.generated_tokens) == (2, 1, 1, 1)
    assert 0 < stats.kv_blocks_used < stats.kv_blocks_total
    run_to_end(engine)
    assert engine.stats().generated_tokens == 8


@pytest.mark.parametrize("budget", [7, 512])
def test_a_prompt_that_is_only_read_ends_without_a_token_and_is_found_again(
    checkpoint_folder: Path, budget: int
) -> None:
    engine = build_engine(checkpoint_folder, prefill_tokens_per_step=budget)
    read = answer_alone(engine, make_request("alice", TEXTS[2], prefill_only=True))
    assert read.token_ids == []
    assert read.finished.reason is FinishReason.STOP
    assert not engine.has_work()
    usage = answer_alone(engine, make_request("bob", TEXTS[2])).finished.usage
    assert usage.cached_tokens == (usage.prompt_tokens - 1) // 16 * 16 > 0

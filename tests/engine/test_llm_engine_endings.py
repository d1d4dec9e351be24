"""How an answer ends, with a model that writes what the test tells it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import ErrorCode, FinishReason, TextDelta, ToolCallFinished, ToolSpec
from tests.engine.engines import (
    Answer,
    answer_alone,
    build_scripted_engine,
    collect,
    make_request,
    run_to_end,
)

TOOL = ToolSpec(
    name="artifact_create",
    description="Makes a thing.",
    parameters={"type": "object", "properties": {"title": {"type": "string"}}},
)


@pytest.fixture(scope="module")
def tokenizer(checkpoint_folder: Path) -> ChatTokenizer:
    return ChatTokenizer.from_folder(checkpoint_folder)


def encode(tokenizer: ChatTokenizer, *pieces: str) -> list[int]:
    """Pieces that are the name of an added token become that token, others text."""
    ids: list[int] = []
    for piece in pieces:
        special = tokenizer.special_id(piece)
        ids.extend(tokenizer.encode_text(piece) if special is None else [special])
    return ids


def answer_script(folder: Path, script: Sequence[int | Exception | None], **changes: Any) -> Answer:
    engine = build_scripted_engine(folder, {"alice": script})
    return answer_alone(engine, make_request("alice", **{"max_tokens": 400, **changes}))


@pytest.mark.parametrize("stop", ["<|user|>", "<|endoftext|>", "<|observation|>"])
def test_a_stop_token_ends_the_answer_and_is_not_shown(
    checkpoint_folder: Path, tokenizer: ChatTokenizer, stop: str
) -> None:
    answer = answer_script(checkpoint_folder, encode(tokenizer, "Hello there.", stop))
    assert answer.text == "Hello there."
    assert answer.finished.reason is FinishReason.STOP


def test_the_usage_counts_prompt_answer_and_thinking(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = encode(tokenizer, "<think>", "abc", "</think>", "Hi", "<|user|>")
    answer = answer_script(checkpoint_folder, script)
    usage = answer.finished.usage
    assert answer.thinking == "abc"
    assert usage.thinking_tokens == len(tokenizer.encode_text("abc"))
    assert usage.completion_tokens == len(script) == len(answer.token_ids)
    assert usage.prompt_tokens > 3
    assert 0 <= usage.queue_ms <= usage.ttft_ms <= usage.duration_ms


def call_script(tokenizer: ChatTokenizer, last: str) -> list[int]:
    return encode(
        tokenizer,
        "<tool_call>",
        "artifact_create\n",
        "<arg_key>",
        "title",
        "</arg_key>",
        "<arg_value>",
        "Honey",
        "</arg_value>",
        "</tool_call>",
        last,
    )


def test_a_tool_call_that_waits_for_its_result_ends_with_tool_calls(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = call_script(tokenizer, "<|observation|>")
    answer = answer_script(checkpoint_folder, script, tools=(TOOL,))
    assert answer.finished.reason is FinishReason.TOOL_CALLS
    (call,) = [event for event in answer.events if isinstance(event, ToolCallFinished)]
    assert (call.name, call.arguments) == ("artifact_create", {"title": "Honey"})


def test_a_tool_call_before_another_stop_token_ends_with_stop(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = call_script(tokenizer, "<|user|>")
    answer = answer_script(checkpoint_folder, script, tools=(TOOL,))
    assert answer.finished.reason is FinishReason.STOP


def test_call_ids_are_the_same_in_a_resumed_attempt(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = call_script(tokenizer, "<|observation|>")
    whole = answer_script(checkpoint_folder, script, tools=(TOOL,))
    resumed = answer_script(
        checkpoint_folder, script[8:], tools=(TOOL,), resume_token_ids=tuple(script[:8]), attempt=2
    )
    ids = [
        [event.id for event in answer.events if isinstance(event, ToolCallFinished)]
        for answer in (whole, resumed)
    ]
    assert ids[0] == ids[1] != []
    assert resumed.finished.reason is FinishReason.TOOL_CALLS


def test_a_stop_string_across_token_borders_ends_the_answer_and_is_not_shown(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = [token for letter in "abc END def" for token in tokenizer.encode_text(letter)]
    assert len(script) > 8
    answer = answer_script(checkpoint_folder, script, stop=("END",))
    assert answer.text == "abc "
    assert answer.finished.reason is FinishReason.STOP
    assert answer.finished.usage.completion_tokens == 7


def test_what_looked_like_a_stop_string_is_shown_before_the_end(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    answer = answer_script(
        checkpoint_folder, encode(tokenizer, "abc EN", "<|user|>"), stop=("END",)
    )
    assert answer.text == "abc EN"
    assert isinstance(answer.events[-2], TextDelta)


def test_text_held_back_is_shown_when_max_tokens_ends_the_answer(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = encode(tokenizer, "abc EN")
    answer = answer_script(checkpoint_folder, script, stop=("END",), max_tokens=len(script))
    assert answer.text == "abc EN"
    assert answer.finished.reason is FinishReason.LENGTH


def test_a_resumed_answer_remembers_half_a_stop_string(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = [token for letter in "abc END" for token in tokenizer.encode_text(letter)]
    resumed = answer_script(
        checkpoint_folder, script[5:], stop=("END",), resume_token_ids=tuple(script[:5]), attempt=2
    )
    assert resumed.text == ""
    assert resumed.finished.reason is FinishReason.STOP


def test_resuming_behind_a_stop_token_only_ends_the_answer(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = call_script(tokenizer, "<|observation|>")
    resumed = answer_script(
        checkpoint_folder, [], tools=(TOOL,), resume_token_ids=tuple(script), attempt=2
    )
    assert resumed.events == [resumed.finished]
    assert resumed.finished.reason is FinishReason.TOOL_CALLS


def test_the_prompt_and_the_resumed_tokens_are_fed_once_and_in_order(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = encode(tokenizer, "abcdef", "<|user|>")
    engine = build_scripted_engine(
        checkpoint_folder, {"alice": script[3:]}, prefill_tokens_per_step=4
    )
    request = make_request("alice", resume_token_ids=tuple(script[:3]), max_tokens=400)
    answer = answer_alone(engine, request)
    fed = engine._runner.fed["alice"]  # type: ignore[attr-defined]
    assert fed[: answer.finished.usage.prompt_tokens] + script[:-1] == fed


def test_a_failed_answer_does_not_show_held_back_text_that_a_retry_would_show_again(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = [*encode(tokenizer, "abc EN"), None]
    answer = answer_script(checkpoint_folder, script, stop=("END",))
    assert answer.text == "abc "
    assert answer.failed.code is ErrorCode.LOGITS_NOT_FINITE


def test_failing_the_running_leaves_those_in_line(
    checkpoint_folder: Path, tokenizer: ChatTokenizer
) -> None:
    script = encode(tokenizer, "Hello", "<|user|>")
    engine = build_scripted_engine(checkpoint_folder, {"alice": [], "bob": script}, max_running=1)
    answers: dict[str, Answer] = {}
    engine.submit(make_request("alice", "Make a small game. " * 20, max_tokens=400))
    engine.submit(make_request("bob", max_tokens=400))
    engine._scheduler.schedule()
    collect(engine.fail_running(ErrorCode.OUT_OF_MEMORY, "No memory."), answers)
    assert answers["alice"].failed.message == "No memory."
    run_to_end(engine, answers)
    assert answers["bob"].text == "Hello"


def test_an_answer_that_cannot_be_read_ends_by_itself_and_not_its_neighbors(
    checkpoint_folder: Path, tokenizer: ChatTokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: object) -> None:
        raise TypeError("a defect")

    monkeypatch.setattr("engine.chat.tool_call_reader.decode_argument", break_down)
    script = encode(tokenizer, "Hello", "<|user|>")
    scripts = {"alice": script, "bob": call_script(tokenizer, "<|observation|>"), "carol": script}
    engine = build_scripted_engine(checkpoint_folder, scripts)
    for name in scripts:
        engine.submit(make_request(name, max_tokens=400, tools=(TOOL,)))
    answers = run_to_end(engine)
    assert answers["bob"].failed.code is ErrorCode.INTERNAL_ERROR
    assert answers["alice"].text == answers["carol"].text == "Hello"

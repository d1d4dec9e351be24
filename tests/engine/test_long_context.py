"""A context of 131,072 tokens on a geometry so small that it takes seconds.

Reading all of it would take minutes, since attention is quadratic. So the cache is filled with
noise and all chunks but the last are passed over; the last one and the answer are computed over all
of the noise, at the true positions.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import EngineUnavailable, RequestRejected
from engine.llm_engine import LLMEngine
from engine.model.kv_storage import KVStorage
from engine.protocol import ErrorCode, FinishReason, PrefillProgress
from engine.runner import ModelRunner, StepItem, StepResult
from engine.testing import tiny_glm4_moe
from engine.testing.tiny_tokenizer import write_tiny_tokenizer
from tests.engine.engines import Answer, build_engine, load_engine_parts, make_request, run_to_end
from tests.engine.model.stepper import random_prompt

CONTEXT = 131_072
CHUNK = 2047
# Two tokens are left for the last chunk, and 62 for the answer.
PROMPT = random_prompt(64 * CHUNK + 2, seed=1)
GEOMETRY = {
    "HIDDEN_SIZE": 32,
    "HEAD_DIM": 8,
    "NUM_HEADS": 2,
    "NUM_KV_HEADS": 1,
    "DENSE_WIDTH": 32,
    "EXPERT_WIDTH": 16,
    "NUM_EXPERTS": 4,
    "TOP_K": 1,
}


@pytest.fixture(scope="module")
def long_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long-context")
    vocab_size = write_tiny_tokenizer(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in GEOMETRY.items():
            patch.setattr(tiny_glm4_moe, name, value)
        tiny_glm4_moe.write_tiny_checkpoint(
            folder,
            "air",
            seed=3,
            fp8=False,
            mtp=True,
            vocab_size=vocab_size,
            max_position_embeddings=CONTEXT,
        )
    write_tiny_tokenizer(folder)
    return folder


class PassingOverRunner(ModelRunner):
    """Computes only what is sampled from; other chunks are taken to be in the cache already."""

    def __init__(self, runner: ModelRunner) -> None:
        self._runner = runner
        self.chunks: list[int] = []

    def launch(self, items: Sequence[StepItem]) -> None:
        self.chunks += [item.chunk.length for item in items]
        if items[0].chunk.samples:
            self._runner.launch(items)

    def finish(self, items: Sequence[StepItem]) -> list[StepResult]:
        if items[0].chunk.samples:
            return self._runner.finish(items)
        return [StepResult(drafted_from=item.chunk.start) for item in items]


def fill_with_noise(cache: KVStorage) -> None:
    """The same in the main model's layers, whether there is a draft layer or not."""
    for seed, layers in enumerate(cache.plain_layers()):
        generator = torch.Generator().manual_seed(seed)
        for layer in layers:
            layer.copy_(torch.randn(layer.shape, generator=generator))


def build_long_engine(
    folder: Path, caches: list[KVStorage], **options: Any
) -> tuple[LLMEngine, PassingOverRunner]:
    parts = load_engine_parts(
        folder, max_running=1, prefill_tokens_per_step=CHUNK, cpu_threads=1, **options
    )
    fill_with_noise(caches[-1])
    runner = PassingOverRunner(parts.runner)
    return LLMEngine(replace(parts, runner=runner)), runner


def answer_to_the_end(engine: LLMEngine) -> Answer:
    engine.submit_prompt(make_request("alice", max_tokens=None), PROMPT, ignore_stop_tokens=True)
    return run_to_end(engine)["alice"]


@pytest.mark.parametrize("max_drafts", [0, 3])
def test_a_context_of_128k_tokens_is_read_in_chunks_and_answered_to_its_end(
    long_folder: Path, caches: list[KVStorage], max_drafts: int
) -> None:
    engine, runner = build_long_engine(long_folder, caches, max_drafts=max_drafts)
    answer = answer_to_the_end(engine)
    assert runner.chunks[:65] == [CHUNK] * 64 + [2]
    assert answer.finished.reason is FinishReason.LENGTH
    usage = answer.finished.usage
    assert usage.prompt_tokens + usage.completion_tokens == CONTEXT
    progress = [event for event in answer.events if isinstance(event, PrefillProgress)]
    assert [event.done_tokens for event in progress] == [
        *range(CHUNK, 64 * CHUNK + 1, CHUNK),
        len(PROMPT),
    ]
    eager, _ = build_long_engine(long_folder, caches, max_drafts=0, compiled_step=False)
    assert answer.token_ids == answer_to_the_end(eager).token_ids


def test_the_second_turn_of_128k_tokens_is_found(
    long_folder: Path, caches: list[KVStorage]
) -> None:
    engine, runner = build_long_engine(long_folder, caches, max_drafts=0)
    warm = make_request("warm", prefill_only=True)
    engine.submit_prompt(warm, PROMPT)
    run_to_end(engine)
    runner.chunks.clear()
    engine.submit_prompt(make_request("alice", max_tokens=1), PROMPT)
    answer = run_to_end(engine)["alice"]
    assert answer.finished.usage.cached_tokens == (len(PROMPT) - 1) // 16 * 16
    assert runner.chunks == [len(PROMPT) - answer.finished.usage.cached_tokens]


@pytest.mark.parametrize(
    ("prompt_tokens", "max_tokens", "numbers"),
    [
        (70_000, None, ("70000", "65535")),
        (65_536, None, ("65536", "65535")),
        (60_000, 6_000, ("66000", "65536")),
        (60_000, 100_000, ("131072", "65536")),
    ],
)
def test_what_the_memory_has_no_room_for_is_refused_with_the_numbers(
    long_folder: Path, prompt_tokens: int, max_tokens: int | None, numbers: tuple[str, ...]
) -> None:
    block_bytes = build_engine(long_folder, max_running=1, cpu_threads=1).kv_bytes_per_block
    engine = build_engine(long_folder, kv_memory_bytes=4096 * block_bytes, cpu_threads=1)
    assert engine.context_length == 65_536
    with pytest.raises(RequestRejected) as refusal:
        engine.submit_prompt(make_request("alice", max_tokens=max_tokens), PROMPT[:prompt_tokens])
    assert refusal.value.code is ErrorCode.CONTEXT_LENGTH_EXCEEDED
    for number in numbers:
        assert number in refusal.value.message
    assert not engine.has_work()
    engine.submit_prompt(make_request("bob", max_tokens=5_536), PROMPT[:60_000])
    engine.abort("bob")
    assert run_to_end(engine)["bob"].finished.reason is FinishReason.ABORTED


def test_a_memory_for_less_than_a_conversation_is_refused_when_loading(long_folder: Path) -> None:
    with pytest.raises(EngineUnavailable, match="4096 tokens"):
        build_engine(long_folder, kv_memory_bytes=100_000, cpu_threads=1)


def test_an_eighth_of_it_read_for_true_answers_the_same_in_chunks_of_any_size(
    long_folder: Path,
) -> None:
    texts = []
    for chunk in (2048, 1000):
        engine = build_engine(
            long_folder, max_running=1, prefill_tokens_per_step=chunk, cpu_threads=1
        )
        request = make_request("alice", max_tokens=12)
        engine.submit_prompt(request, PROMPT[:16_000], ignore_stop_tokens=True)
        texts.append(run_to_end(engine)["alice"].token_ids)
    assert texts[0] == texts[1]

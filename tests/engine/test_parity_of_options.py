"""Whatever the engine does to be fast, the text is that of the plain fp32 model, token by token."""

from pathlib import Path
from typing import Any

import pytest

from engine.llm_engine import LLMEngine
from engine.model.loading import load_model
from engine.protocol import Priority
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer
from tests.engine.engines import (
    Answer,
    build_engine,
    collect,
    load_engine_parts,
    make_request,
    run_to_end,
)
from tests.engine.model.stepper import random_prompt, write_greedily

NEW_TOKENS = 40
PROMPTS = [random_prompt(length, seed=length) for length in (3, 16, 33, 70, 129)]
Texts = dict[str, list[int]]


@pytest.fixture(scope="module", params=["air", "full"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    shape: Shape = request.param
    folder = tmp_path_factory.mktemp(f"parity-{shape}")
    vocab_size = write_tiny_tokenizer(folder)
    write_tiny_checkpoint(
        folder,
        shape,
        seed=71,
        fp8=shape == "full",
        mtp=True,
        vocab_size=vocab_size,
        max_position_embeddings=512,
    )
    write_tiny_tokenizer(folder)
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path) -> Texts:
    """The plain model's own continuation of each prompt, each alone."""
    model = load_model(folder)
    return {
        str(number): write_greedily(model, [prompt], NEW_TOKENS)[0]
        for number, prompt in enumerate(PROMPTS)
    }


def build_drafting_engine(folder: Path, **options: Any) -> LLMEngine:
    """An engine that drafts as many tokens as it may in every step, whether they pay or not."""
    parts = load_engine_parts(folder, **options)
    parts.draft_policy.always_drafts_most = True
    return LLMEngine(parts)


def submit(engine: LLMEngine, name: str, prompt: list[int], **changes: Any) -> None:
    request = make_request(name, max_tokens=NEW_TOKENS, **changes)
    engine.submit_prompt(request, prompt, ignore_stop_tokens=True)


def write_all(engine: LLMEngine, prompts: list[list[int]] = PROMPTS) -> Texts:
    for number, prompt in enumerate(prompts):
        submit(engine, str(number), prompt)
    return {name: answer.token_ids for name, answer in run_to_end(engine).items()}


def write_each_alone(engine: LLMEngine) -> Texts:
    texts = {}
    for number, prompt in enumerate(PROMPTS):
        submit(engine, str(number), prompt)
        texts[str(number)] = run_to_end(engine)[str(number)].token_ids
    return texts


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("max_drafts", [0, 1, 2, 3])
def test_drafts_of_any_number_leave_the_text_alone(
    folder: Path, expected: Texts, max_drafts: int, compiled: bool
) -> None:
    engine = build_engine(folder, max_drafts=max_drafts, compiled_step=compiled)
    assert write_each_alone(engine) == expected
    assert write_all(engine) == expected


@pytest.mark.parametrize("steps", [1, 3, 16])
def test_decode_steps_of_any_number_leave_the_text_alone(
    folder: Path, expected: Texts, steps: int
) -> None:
    engine = build_engine(folder, max_drafts=0, decode_steps=steps)
    assert write_all(engine) == expected
    assert write_each_alone(engine) == expected
    assert (engine.stats().steps < 6 * NEW_TOKENS) == (steps > 1)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("budget", [1, 5, 16, 64])
def test_chunks_of_any_size_leave_the_text_alone(
    folder: Path, expected: Texts, budget: int, compiled: bool
) -> None:
    engine = build_engine(folder, prefill_tokens_per_step=budget, compiled_step=compiled)
    assert write_all(engine) == expected


@pytest.mark.parametrize("block_size", [16, 32, 64])
def test_blocks_of_any_size_leave_the_text_alone(
    folder: Path, expected: Texts, block_size: int
) -> None:
    assert write_all(build_engine(folder, block_size=block_size)) == expected


@pytest.mark.parametrize("compiled", [True, False])
def test_prefix_hits_of_every_length_leave_the_text_alone(folder: Path, compiled: bool) -> None:
    prompt = random_prompt(100, seed=9)
    text = write_greedily(load_model(folder), [prompt], NEW_TOKENS)[0]
    for known in (0, 1, 15, 16, 17, 48, 95, 96, 97, 99, 100):
        engine = build_engine(folder, compiled_step=compiled)
        other = [*prompt[:known], *random_prompt(7, seed=known)]
        submit(engine, "other", other)
        run_to_end(engine)
        submit(engine, "same", prompt)
        answer = run_to_end(engine)["same"]
        assert answer.token_ids == text
        assert answer.finished.usage.cached_tokens == min(known, 99) // 16 * 16


def test_an_answer_that_goes_on_where_the_last_one_ended_is_found_whole(folder: Path) -> None:
    prompt = random_prompt(40, seed=10)
    engine = build_engine(folder)
    submit(engine, "first", prompt)
    first = run_to_end(engine)["first"].token_ids
    longer = [*prompt, *first, *random_prompt(5, seed=11)]
    submit(engine, "second", longer)
    second = run_to_end(engine)["second"]
    # All but the last token of the answer were computed, and whole blocks of them are known.
    assert second.finished.usage.cached_tokens == (len(prompt) + len(first) - 1) // 16 * 16
    assert second.token_ids == write_greedily(load_model(folder), [longer], NEW_TOKENS)[0]


@pytest.mark.parametrize("max_drafts", [0, 3])
def test_preemption_leaves_the_text_alone(folder: Path, expected: Texts, max_drafts: int) -> None:
    block_bytes = build_engine(folder, max_drafts=max_drafts).kv_bytes_per_block
    engine = build_engine(
        folder, kv_memory_bytes=16 * block_bytes, context_length=256, max_drafts=max_drafts
    )
    assert write_all(engine) == expected
    assert engine.stats().preemptions > 0


@pytest.mark.parametrize("decode_steps", [3, 8])
@pytest.mark.parametrize("max_drafts", [1, 2, 3])
def test_drafts_between_steps_in_one_go_leave_the_text_alone(
    folder: Path, expected: Texts, max_drafts: int, decode_steps: int
) -> None:
    options = {"max_drafts": max_drafts, "decode_steps": decode_steps}
    engine = build_drafting_engine(folder, **options)
    assert write_each_alone(engine) == expected
    assert write_all(engine) == expected
    stats = engine.stats()
    assert stats.accepted_draft_tokens > 0
    # Each of the texts twice, in fewer steps of the engine than passes of the model.
    passes = 2 * len(PROMPTS) * NEW_TOKENS - stats.accepted_draft_tokens
    assert stats.steps < passes / 2
    block_bytes = engine.kv_bytes_per_block
    engine = build_drafting_engine(
        folder, kv_memory_bytes=16 * block_bytes, context_length=256, **options
    )
    assert write_all(engine) == expected
    assert engine.stats().preemptions > 0


def test_an_urgent_request_that_takes_the_place_of_another_leaves_its_text_alone(
    folder: Path, expected: Texts
) -> None:
    # Token by token, or the answer may be over before the other comes.
    engine = build_engine(folder, max_running=1, max_drafts=0, decode_steps=1)
    answers: dict[str, Answer] = {}
    submit(engine, "3", PROMPTS[3], priority=Priority.BACKGROUND)
    for _ in range(9):
        collect(engine.step(), answers)
    submit(engine, "2", PROMPTS[2])
    run_to_end(engine, answers)
    assert {name: answer.token_ids for name, answer in answers.items()} == {
        name: expected[name] for name in ("2", "3")
    }
    assert engine.stats().preemptions == 1


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("temperature", [0.7, 1.5])
def test_drawn_text_does_not_depend_on_drafts_chunks_or_batch_mates(
    folder: Path, temperature: float, compiled: bool
) -> None:
    def write(together: bool, **options: Any) -> Texts:
        engine = build_engine(folder, compiled_step=compiled, **options)
        texts: Texts = {}
        for number, prompt in enumerate(PROMPTS):
            submit(engine, str(number), prompt, temperature=temperature, seed=number, top_p=0.9)
            if not together:
                texts |= {name: a.token_ids for name, a in run_to_end(engine).items()}
        return texts | {name: a.token_ids for name, a in run_to_end(engine).items()}

    alone = write(together=False, max_drafts=0)
    assert len({tuple(text) for text in alone.values()}) == len(PROMPTS)
    for max_drafts, steps in ((0, 1), (0, 5), (1, 8), (3, 8)):
        options = {"max_drafts": max_drafts, "decode_steps": steps, "prefill_tokens_per_step": 48}
        assert write(together=True, **options) == alone

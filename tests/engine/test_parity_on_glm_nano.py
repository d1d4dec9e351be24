"""The shipped model's own greedy text, whatever the engine does to be fast.

Here drafts are accepted by themselves, as they will be for everybody.
"""

from pathlib import Path
from typing import Any

import pytest

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.llm_engine import LLMEngine
from engine.model.loading import load_model
from engine.protocol import ChatMessage, Role
from engine.training.evaluation.prompts import PROMPTS
from tests.engine.accepted_runs import DraftingEngine
from tests.engine.engines import build_engine, make_request, run_to_end
from tests.engine.model.stepper import write_greedily

MODEL = Path(__file__).parents[2] / "models" / "glm-nano"
NEW_TOKENS = 64
OPTIONS: dict[str, Any] = {"cpu_threads": 1, "context_length": 256}


@pytest.fixture(scope="module")
def prompts() -> list[list[int]]:
    tokenizer, template = ChatTokenizer.from_folder(MODEL), ChatTemplate.from_folder(MODEL)
    messages = [ChatMessage(role=Role.USER, content=prompt.text) for prompt in PROMPTS[::12]]
    return [
        template.render_ids((message,), (), thinking=True, tokenizer=tokenizer)
        for message in messages
    ]


@pytest.fixture(scope="module")
def expected(prompts: list[list[int]]) -> list[list[int]]:
    """The plain fp32 model's continuations, each alone."""
    model = load_model(MODEL)
    return [write_greedily(model, [prompt], NEW_TOKENS)[0] for prompt in prompts]


def write_all(engine: LLMEngine, prompts: list[list[int]]) -> list[list[int]]:
    for number, prompt in enumerate(prompts):
        request = make_request(str(number), max_tokens=NEW_TOKENS)
        engine.submit_prompt(request, prompt, ignore_stop_tokens=True)
    answers = run_to_end(engine)
    return [answers[str(number)].token_ids for number in range(len(prompts))]


@pytest.mark.parametrize(
    "options",
    [
        {"max_drafts": 0},
        {"max_drafts": 0, "compiled_step": False},
        {"max_drafts": 1},
        {"max_drafts": 2},
        {"max_drafts": 3},
        {"max_drafts": 3, "compiled_step": False},
        {"max_drafts": 3, "prefill_tokens_per_step": 7},
        {"max_drafts": 3, "max_running": 3},
    ],
    ids=str,
)
def test_the_text_is_that_of_the_plain_model_alone_and_again_from_the_cache(
    prompts: list[list[int]], expected: list[list[int]], options: dict[str, Any]
) -> None:
    drafts = options["max_drafts"]
    drafting = DraftingEngine(MODEL, drafts, {**OPTIONS, **options}, foresees=False)
    assert write_all(drafting.engine, prompts) == expected
    assert write_all(drafting.engine, prompts) == expected
    stats = drafting.engine.stats()
    assert stats.prefix_hit_tokens > 0
    assert (stats.accepted_draft_tokens > 0) is (drafts > 0)


def test_preemption_leaves_the_text_alone(
    prompts: list[list[int]], expected: list[list[int]]
) -> None:
    block_bytes = build_engine(MODEL, max_running=1, **OPTIONS).kv_bytes_per_block
    engine = build_engine(MODEL, kv_memory_bytes=16 * block_bytes, **OPTIONS)
    assert write_all(engine, prompts) == expected
    assert engine.stats().preemptions > 0

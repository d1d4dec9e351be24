"""The draft layer of glm-nano is right as often as it was trained to be.

A wrong norm or a hidden state of another position changes no text, only the speed: nothing else
would notice.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from engine.llm_engine import LLMEngine
from engine.model.mtp import MtpLayer
from engine.runner import StepItem, StepResult
from engine.training.evaluation.prompts import PROMPTS
from tests.engine.accepted_runs import FixedDraftLength
from tests.engine.engines import load_engine_parts, make_request, run_to_end

MODEL = Path(__file__).parents[2] / "models" / "glm-nano"
TEXTS = [prompt.text for prompt in PROMPTS[::10]]


def write_with_drafts(
    *, compiled: bool, texts: list[str], max_tokens: int, decode_steps: int = 8
) -> FixedDraftLength:
    """What became of the drafts of some greedy answers."""
    parts = load_engine_parts(
        MODEL,
        compiled_step=compiled,
        cpu_threads=1,
        context_length=512,
        max_running=4,
        decode_steps=decode_steps,
    )
    policy = FixedDraftLength(3)
    engine = LLMEngine(replace(parts, draft_policy=policy))
    for number, text in enumerate(texts):
        engine.submit(make_request(str(number), text, max_tokens=max_tokens))
    run_to_end(engine)
    engine.close()
    return policy


@pytest.mark.parametrize(("compiled", "max_tokens"), [(True, 90), (False, 40)])
def test_the_drafts_of_glm_nano_are_mostly_right(compiled: bool, max_tokens: int) -> None:
    policy = write_with_drafts(compiled=compiled, texts=TEXTS, max_tokens=max_tokens)
    # Measured: 0.99, 0.84 and 0.84 with the compiled step, 0.99, 0.88 and 0.83 without.
    assert policy.acceptance(0) >= 0.9
    assert policy.acceptance(1) >= 0.7
    assert policy.acceptance(2) >= 0.8


@pytest.mark.parametrize("shifted", ["hidden", "embedding"])
def test_a_draft_layer_that_reads_one_place_beside_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, shifted: str
) -> None:
    forward = MtpLayer.forward

    def read_beside(self: MtpLayer, next_embedding: Tensor, hidden: Tensor, *others: Any) -> Tensor:
        if shifted == "hidden":
            hidden = hidden.roll(1, 0)
        else:
            next_embedding = next_embedding.roll(1, 0)
        return forward(self, next_embedding, hidden, *others)

    monkeypatch.setattr(MtpLayer, "forward", read_beside)
    policy = write_with_drafts(compiled=False, texts=TEXTS[::2], max_tokens=40)
    # Measured: 0.55 with the hidden states shifted, 0.19 with the embeddings.
    assert policy.acceptance(0) < 0.85


def test_what_the_draft_layer_is_fed_again_has_passed_its_norm(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # glm-nano's norms are nearly uniform and would not notice; these are random.
    parts = load_engine_parts(checkpoint_folder, compiled_step=False, cpu_threads=1)
    engine = LLMEngine(replace(parts, draft_policy=FixedDraftLength(3)))
    forward = MtpLayer.forward
    sizes: list[float] = []

    def measure(self: MtpLayer, next_embedding: Tensor, hidden: Tensor, *others: Any) -> Tensor:
        before_weights = hidden / self.head_norm
        sizes.append(float(before_weights.square().mean(dim=-1).sqrt()[-1]))
        return forward(self, next_embedding, hidden, *others)

    monkeypatch.setattr(MtpLayer, "forward", measure)
    engine.submit(make_request("alice", max_tokens=8))
    run_to_end(engine)
    # The first run of a step reads the main model's states, the next two its own.
    recycled = [size for place, size in enumerate(sizes) if place % 3]
    assert len(recycled) >= 12
    assert recycled == pytest.approx([1.0] * len(recycled), abs=1e-3)
    assert not any(size == pytest.approx(1.0, abs=1e-3) for size in sizes[::3])


def drafts_of(folder: Path, *, compiled: bool) -> list[tuple[int, ...]]:
    """Everything that was proposed during one greedy answer, one step at a time."""
    parts = load_engine_parts(folder, compiled_step=compiled, cpu_threads=1, decode_steps=1)
    engine = LLMEngine(replace(parts, draft_policy=FixedDraftLength(3)))
    finish = parts.runner.finish
    proposed: list[tuple[int, ...]] = []

    def note(items: Sequence[StepItem]) -> list[StepResult]:
        results = finish(items)
        proposed.extend(result.draft_token_ids for result in results)
        return results

    parts.runner.finish = note  # type: ignore[method-assign]
    engine.submit(make_request("alice", max_tokens=25))
    run_to_end(engine)
    return proposed


def test_both_ways_of_computing_propose_the_same_drafts(checkpoint_folder: Path) -> None:
    compiled = drafts_of(checkpoint_folder, compiled=True)
    assert compiled == drafts_of(checkpoint_folder, compiled=False)
    assert {len(drafts) for drafts in compiled} == {3}


@pytest.mark.parametrize("drafts", [1, 2, 3])
def test_steps_in_one_go_draft_as_steps_one_by_one_do(drafts: int) -> None:
    """Every step verifies and keeps as many drafts, so the draft layer has read the same rows."""
    outcomes = []
    for decode_steps in (1, 8):
        parts = load_engine_parts(
            MODEL, cpu_threads=1, context_length=512, decode_steps=decode_steps
        )
        policy = FixedDraftLength(drafts)
        engine = LLMEngine(replace(parts, draft_policy=policy))
        answers = []
        for number, text in enumerate(TEXTS[:3]):
            engine.submit(make_request(str(number), text, max_tokens=70))
            answers.append(run_to_end(engine)[str(number)].token_ids)
        stats = engine.stats()
        assert stats.drafted_tokens == sum(drafted for drafted, _ in policy.outcomes)
        assert stats.accepted_draft_tokens == sum(accepted for _, accepted in policy.outcomes)
        outcomes.append((policy.outcomes, answers))
        engine.close()
    one_by_one, in_one_go = outcomes
    assert in_one_go == one_by_one
    accepted = {accepted for _, accepted in one_by_one[0]}
    assert len(accepted) > 1
    assert max(accepted) == drafts

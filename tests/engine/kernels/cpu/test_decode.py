"""Several decode steps in one job draw what as many single steps draw, one after the other."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.kernels import DrawParameters
from engine.kernels.cpu import CpuDraw, CpuLibrary, CpuStep
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from tests.engine.kernels.cpu.adapter import Batch, new_cache, new_step, random_tokens, run

CONTEXTS = (1, 15, 16, 40)
STEPS = 7
NO_STOP = np.array([], np.int32)


def parameters(further: int = 0) -> DrawParameters:
    """Four sequences, each drawn in its own way."""
    return DrawParameters(
        temperature=np.array([0.0, 0.7, 1.5, 1.0]),
        top_p=np.array([1.0, 0.9, 1.0, 0.5]),
        top_k=np.array([0, 0, 20, 0], np.int32),
        min_p=np.array([0.0, 0.0, 0.0, 0.1]),
        seed=np.array([1, 2, 3, 4]),
        position=np.array([100, 200, 300, 400]) + further,
    )


@dataclass
class Decoding:
    """A step whose cache holds the four contexts, and what each sequence reads next."""

    step: CpuStep
    draw: CpuDraw
    vocab_size: int
    tables: list[list[int]]
    next_tokens: list[int]

    def batch(self, tokens: list[int], further: int = 0) -> Batch:
        batch = Batch()
        for token, context, table in zip(tokens, CONTEXTS, self.tables, strict=True):
            batch.add([token], context + further, table)
        return batch

    def one_by_one(self) -> list[list[int]]:
        tokens, drawn = self.next_tokens, []
        for number in range(STEPS):
            logits = run(self.step, self.batch(tokens, number))
            tokens = self.draw(logits, parameters(number), self.vocab_size).tolist()
            drawn.append(tokens)
        return drawn

    def at_once(self, stop_ids: NDArray[np.int32] = NO_STOP) -> list[list[int]]:
        self.step.begin_decode(self.batch(self.next_tokens), parameters(), STEPS, stop_ids)
        drawn: list[list[int]] = self.step.wait_decode(len(CONTEXTS)).tolist()
        return drawn


@pytest.fixture(scope="module", params=[1, 2])
def decoding(
    request: pytest.FixtureRequest, library: CpuLibrary, tmp_path_factory: pytest.TempPathFactory
) -> Decoding:
    folder = tmp_path_factory.mktemp("decode")
    write_tiny_checkpoint(folder, "full", seed=3, fp8=True, mtp=True)
    model = load_model(folder)
    step = new_step(library, model, new_cache(model, 16), threads=request.param, max_context=64)
    tables = [list(range(4 * sequence, 4 * sequence + 4)) for sequence in range(4)]
    for context, table in zip(CONTEXTS, tables, strict=True):
        prompt = Batch()
        prompt.add(random_tokens(context, model.config.vocab_size, seed=context), 0, table)
        run(step, prompt)
    next_tokens = random_tokens(4, model.config.vocab_size, seed=9)
    return Decoding(step, CpuDraw(library), model.config.vocab_size, tables, next_tokens)


def test_the_tokens_are_those_of_single_steps(decoding: Decoding) -> None:
    expected = decoding.one_by_one()
    assert len({token for tokens in expected for token in tokens}) > STEPS
    assert decoding.at_once() == expected
    # And after a job that was another one.
    assert decoding.one_by_one() == expected
    assert decoding.at_once() == expected


def test_nothing_is_computed_beyond_a_stop_token(decoding: Decoding) -> None:
    expected = decoding.one_by_one()
    stop = expected[2][1]
    first = next(number for number, tokens in enumerate(expected) if stop in tokens)
    assert decoding.at_once(np.array([stop], np.int32)) == expected[: first + 1]


def test_logits_that_are_not_finite_end_the_job_and_only_their_sequence_has_no_token(
    decoding: Decoding,
) -> None:
    expected = decoding.one_by_one()
    cache = decoding.step._kept[-1]
    assert isinstance(cache, torch.Tensor)
    block, slot = decoding.tables[3][0], 5
    kept = cache[block, slot].clone()
    cache[block, slot] = torch.nan
    drawn = decoding.at_once()
    cache[block, slot] = kept
    assert drawn == [[*expected[0][:3], -1]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("steps", "decode steps"),
        ("rows", "more than one row per sequence"),
        ("blocks", "beyond the longest block table"),
    ],
)
def test_what_does_not_fit_is_refused(decoding: Decoding, change: str, sentence: str) -> None:
    batch, steps = decoding.batch(decoding.next_tokens), STEPS
    if change == "steps":
        steps = 17
    if change == "rows":
        batch.add([1, 2], 3, decoding.tables[0])
    if change == "blocks":
        batch = decoding.batch(decoding.next_tokens, further=64 - 40 - STEPS + 1)
    with pytest.raises(ValueError, match=sentence):
        decoding.step.begin_decode(batch, parameters(), steps, NO_STOP)
    assert decoding.at_once() == decoding.one_by_one()

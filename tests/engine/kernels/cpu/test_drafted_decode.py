"""Decode steps that draft, in one job, bring what verifying and drafting bring one by one."""

from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.kernels import DrawParameters
from engine.kernels.cpu import CpuDraw, CpuLibrary, CpuStep
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from tests.engine.kernels.cpu.adapter import Batch, new_cache, new_step, random_tokens, run

# So few tokens that drafts are right by chance, runs of every length among them.
VOCAB_SIZE = 4
CONTEXTS = (3, 15, 16, 40)
# From where the draft layer knows a sequence.
DRAFT_STARTS = (0, 15, 4, 0)
# What each sequence has been drafted when the job begins.
GIVEN: tuple[list[int], ...] = ([], [1], [2, 3, 0], [1, 2])
STEPS = 6
NO_STOP = np.array([], np.int32)
TEMPERATURES = (0.0, 0.7, 1.5, 1.0)


def parameters(rows: list[tuple[int, int]]) -> DrawParameters:
    """How tokens are drawn that stand at a position of a sequence."""
    count = len(rows)
    return DrawParameters(
        temperature=np.array([TEMPERATURES[sequence] for sequence, _ in rows]),
        top_p=np.full(count, 0.9),
        top_k=np.zeros(count, np.int32),
        min_p=np.zeros(count),
        seed=np.array([sequence for sequence, _ in rows]),
        position=np.array([position for _, position in rows]),
    )


@dataclass
class Course:
    """Per step and sequence the tokens that were kept, and the drafts that stand at the end."""

    runs: list[list[list[int]]] = field(default_factory=list)
    drafts: list[list[int]] = field(default_factory=list)


@dataclass
class Drafting:
    """A step whose cache holds the four contexts, and what each sequence reads next."""

    step: CpuStep
    draw: CpuDraw
    tables: list[list[int]]
    next_tokens: list[int]

    def rows(self, tokens: list[list[int]], starts: list[int], context_starts: list[int]) -> Batch:
        batch = Batch()
        for sequence, table in enumerate(self.tables):
            batch.add(tokens[sequence], starts[sequence], table, context_starts[sequence])
        return batch

    def one_by_one(self, num_drafts: int) -> Course:
        course = Course(drafts=[list(drafts) for drafts in GIVEN])
        last, starts = list(self.next_tokens), list(CONTEXTS)
        for _ in range(STEPS):
            read = [[last[i], *course.drafts[i]] for i in range(4)]
            batch = self.rows(read, starts, [0] * 4)
            logits = run(self.step, batch)
            places = [(i, starts[i] + row + 1) for i in range(4) for row in range(len(read[i]))]
            drawn = self.draw(logits, parameters(places), VOCAB_SIZE).tolist()
            runs = [
                keep(course.drafts[i], drawn[batch.query_starts[i] : batch.query_starts[i + 1]])
                for i in range(4)
            ]
            hidden_rows = [
                batch.query_starts[i] + row for i in range(4) for row in range(len(runs[i]))
            ]
            known = self.rows(runs, starts, list(DRAFT_STARTS))
            course.drafts = self.step.draft(known, hidden_rows, num_drafts).tolist()
            course.runs.append(runs)
            last = [kept[-1] for kept in runs]
            starts = [start + len(kept) for start, kept in zip(starts, runs, strict=True)]
        return course

    def begin(self, num_drafts: int, stop_ids: NDArray[np.int32], steps: int = STEPS) -> None:
        read = [[self.next_tokens[i], *GIVEN[i]] for i in range(4)]
        self.step.begin_drafting(
            self.rows(read, list(CONTEXTS), [0] * 4),
            parameters([(i, CONTEXTS[i] + 1) for i in range(4)]),
            steps,
            stop_ids,
            num_drafts=num_drafts,
            draft_starts=DRAFT_STARTS,
        )

    def at_once(self, num_drafts: int, stop_ids: NDArray[np.int32] = NO_STOP) -> Course:
        self.begin(num_drafts, stop_ids)
        steps = self.step.wait_drafting(4, num_drafts)
        runs = [
            [tokens[i][: counts[i]] for i in range(4)]
            for tokens, counts in zip(steps.tokens.tolist(), steps.counts.tolist(), strict=True)
        ]
        return Course(runs, steps.drafts.tolist() if steps.are_finite else [])


def keep(drafts: list[int], drawn: list[int]) -> list[int]:
    """The drafts that equal what was drawn, and what was drawn after them."""
    right = 0
    while right < len(drafts) and drafts[right] == drawn[right]:
        right += 1
    return drawn[: right + 1]


@pytest.fixture(scope="module", params=[1, 2])
def drafting(
    request: pytest.FixtureRequest, library: CpuLibrary, tmp_path_factory: pytest.TempPathFactory
) -> Drafting:
    folder = tmp_path_factory.mktemp("drafting")
    write_tiny_checkpoint(folder, "full", seed=3, fp8=True, mtp=True, vocab_size=VOCAB_SIZE)
    model = load_model(folder, with_mtp=True)
    cache = new_cache(model, 20)
    # What the draft layer has not read must not be looked at.
    cache.plain_layers()[0][-1].fill_(torch.nan)
    step = new_step(library, model, cache, threads=request.param, max_context=80)
    tables = [list(range(5 * sequence, 5 * sequence + 5)) for sequence in range(4)]
    for context, start, table in zip(CONTEXTS, DRAFT_STARTS, tables, strict=True):
        tokens = random_tokens(context + 1, VOCAB_SIZE, seed=context)
        prompt, read = Batch(), Batch()
        prompt.add(tokens[:-1], 0, table)
        run(step, prompt)
        if start < context:
            read.add(tokens[start + 1 :], start, table, start)
            step.draft(read, range(start, context), 0)
    next_tokens = [random_tokens(context + 1, VOCAB_SIZE, seed=context)[-1] for context in CONTEXTS]
    return Drafting(step, CpuDraw(library), tables, next_tokens)


@pytest.mark.parametrize("num_drafts", [1, 2, 3])
def test_the_tokens_and_the_drafts_are_those_of_single_steps(
    drafting: Drafting, num_drafts: int
) -> None:
    expected = drafting.one_by_one(num_drafts)
    lengths = {len(run) for runs in expected.runs[1:] for run in runs}
    assert lengths >= {1, num_drafts + 1}
    assert drafting.at_once(num_drafts) == expected
    # And after a job that was another one.
    assert drafting.one_by_one(num_drafts) == expected
    assert drafting.at_once(num_drafts) == expected


def test_nothing_is_computed_beyond_a_stop_token(drafting: Drafting) -> None:
    expected = drafting.one_by_one(3)
    stop = expected.runs[2][1][-1]
    first = next(at for at, runs in enumerate(expected.runs) if any(stop in run for run in runs))
    found = drafting.at_once(3, np.array([stop], np.int32))
    assert found.runs == expected.runs[: first + 1]


def test_logits_that_are_not_finite_end_the_job_without_drafts(drafting: Drafting) -> None:
    expected = drafting.one_by_one(2)
    # Of the last layer before the draft layer.
    cache = drafting.step._kept[-2]
    assert isinstance(cache, torch.Tensor)
    block, slot = drafting.tables[3][0], 5
    kept = cache[block, slot].clone()
    cache[block, slot] = torch.nan
    found = drafting.at_once(2)
    cache[block, slot] = kept
    assert found == Course([[*expected.runs[0][:3], [-1]]], [])
    assert drafting.at_once(2) == expected


@pytest.mark.parametrize(
    ("num_drafts", "steps", "sentence"),
    [
        (4, STEPS, "too many of them"),
        (3, 17, "too many or too few decode steps"),
        (3, 12, "beyond the longest block table"),
    ],
)
def test_what_does_not_fit_is_refused(
    drafting: Drafting, num_drafts: int, steps: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        drafting.begin(num_drafts, NO_STOP, steps)
    assert drafting.at_once(3) == drafting.one_by_one(3)

"""One step of the runner: what is fed, what is kept of the drafts, and errors of memory."""

from collections.abc import Sequence as Seq
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.errors import EngineUnavailable, GenerationCorrupted
from engine.protocol import ErrorCode, SamplingParams
from engine.runner import ModelRunner, StepItem, StepResult, StepRows
from engine.runner.step_rows import forward_rows
from engine.sampling import Sampler, SamplingRow
from engine.scheduler import ScheduledChunk, Sequence
from tests.engine.engines import load_engine_parts

VOCAB_SIZE = 12


def make_sequence(token_ids: list[int], blocks: Seq[int] = (0, 1, 2)) -> Sequence:
    return Sequence(
        request_id="alice",
        token_ids=token_ids,
        max_total_tokens=100,
        sampling=SamplingParams(temperature=0.0, top_p=1.0, seed=0),
        block_table=list(blocks),
    )


def greedy_rows(count: int, position: int = 0) -> list[SamplingRow]:
    return [
        SamplingRow(
            temperature=0.0, top_p=1.0, top_k=0, min_p=0.0, seed=0, position=position + offset
        )
        for offset in range(count)
    ]


class FakeExecutor:
    """A model that writes after each token the one that its table names, and drafts by another."""

    def __init__(self, writes: dict[int, int], drafts: Seq[int] = (7, 8, 9)) -> None:
        self.writes = writes
        self.drafts = tuple(drafts)
        self.rows = StepRows()
        self.drafted: tuple[StepRows, list[int], int] | None = None

    def begin(self, rows: StepRows) -> None:
        self.rows = rows

    def finish(self) -> Tensor | None:
        rows = self.rows.sample_rows
        if not rows:
            return None
        logits = torch.zeros(len(rows), VOCAB_SIZE)
        for place, row in enumerate(rows):
            token = self.writes[self.rows.token_ids[row]]
            logits[place, token] = torch.nan if token == 0 else 5.0
        return logits

    def draft(self, rows: StepRows, hidden_rows: Seq[int], wanted: int) -> list[tuple[int, ...]]:
        self.drafted = (rows, list(hidden_rows), wanted)
        return [self.drafts[:wanted]] * len(rows.context_lengths)

    def close(self) -> None:
        pass


def run(executor: FakeExecutor, *items: StepItem, draft_window: int = 0) -> list[StepResult]:
    runner = ModelRunner(
        executor,
        Sampler(VOCAB_SIZE),
        vocab_size=VOCAB_SIZE,
        block_size=4,
        draft_window=draft_window,
    )
    runner.launch(items)
    return runner.finish(items)


def decode_item(
    token_ids: list[int], drafts: tuple[int, ...], wanted: int | None = None
) -> StepItem:
    start = len(token_ids) - 1
    chunk = ScheduledChunk(make_sequence(token_ids), start, 1, True, drafts)
    return StepItem(chunk, greedy_rows(1 + len(drafts)), wanted)


def test_mixed_prefill_and_decode_are_packed_one_after_another() -> None:
    decoding = ScheduledChunk(make_sequence([1] * 6, (9, 3, 7)), 5, 1, True, (4, 5))
    reading = ScheduledChunk(make_sequence([2] * 10, (5, 8, 1)), 3, 2, False)
    rows = forward_rows([StepItem(decoding, greedy_rows(3)), StepItem(reading)])
    assert rows.token_ids == [1, 4, 5, 2, 2]
    assert rows.positions == [5, 6, 7, 3, 4]
    assert rows.query_starts == [0, 3, 5]
    assert rows.context_lengths == [8, 5]
    assert rows.block_tables == [[9, 3, 7], [5, 8, 1]]
    assert rows.sample_rows == [0, 1, 2]
    assert rows.hidden_rows == []


@pytest.mark.parametrize(("window", "wanted"), [(0, [0, 1, 2, 3, 4, 5]), (2, [3, 4, 5])])
def test_hidden_states_are_wanted_of_what_the_draft_layer_may_read(
    window: int, wanted: list[int]
) -> None:
    chunk = ScheduledChunk(make_sequence([1, 2, 3, 4, 5, 6]), 0, 6, True)
    item = StepItem(chunk, greedy_rows(1), 2)
    assert forward_rows([item], window).hidden_rows == wanted


def test_only_chunks_that_sample_get_a_token() -> None:
    unfinished = StepItem(ScheduledChunk(make_sequence([5, 6, 7]), 0, 2, False))
    sampling = StepItem(ScheduledChunk(make_sequence([9, 8]), 0, 2, True), greedy_rows(1))
    executor = FakeExecutor({8: 3})
    assert [result.tokens for result in run(executor, unfinished, sampling)] == [(), (3,)]
    assert run(FakeExecutor({}), unfinished)[0].tokens == ()


@pytest.mark.parametrize(
    ("drafts", "kept"),
    [((), (2,)), ((2, 3), (2, 3, 4)), ((2, 9), (2, 3)), ((9, 3), (2,)), ((2,), (2, 3))],
)
def test_drafts_are_kept_up_to_the_first_that_the_model_would_not_write(
    drafts: tuple[int, ...], kept: tuple[int, ...]
) -> None:
    executor = FakeExecutor({1: 2, 2: 3, 3: 4, 9: 5})
    assert run(executor, decode_item([6, 1], drafts))[0].tokens == kept


def test_a_row_that_is_not_finite_ends_what_is_kept_and_says_so() -> None:
    result = run(FakeExecutor({1: 2, 2: 0, 3: 4}), decode_item([6, 1], (2, 3)))[0]
    assert result.tokens == (2,)
    assert isinstance(result.error, GenerationCorrupted)
    rejected = run(FakeExecutor({1: 2, 7: 0}), decode_item([6, 1], (7,)))[0]
    assert (rejected.tokens, rejected.error) == ((2,), None)


def test_the_draft_layer_reads_accepted_positions_with_the_tokens_that_follow_them() -> None:
    executor = FakeExecutor({1: 2, 2: 3, 9: 5})
    beside = decode_item([6, 1], (), 2)
    accepted = decode_item([6, 6, 1], (2, 9), 2)
    results = run(executor, beside, accepted)
    assert executor.drafted is not None
    rows, hidden_rows, wanted = executor.drafted
    assert rows.token_ids == [2, 2, 3]
    assert rows.positions == [1, 2, 3]
    assert hidden_rows == [0, 1, 2]
    assert wanted == 2
    assert [result.draft_token_ids for result in results] == [(7, 8), (7, 8)]
    assert [result.drafted_from for result in results] == [1, 2]


def test_a_prompt_that_is_still_read_drafts_nothing_but_is_read_along() -> None:
    executor = FakeExecutor({})
    chunk = ScheduledChunk(make_sequence([1, 2, 3, 4, 5, 6]), 1, 3, False)
    result = run(executor, StepItem(chunk, (), 0))[0]
    assert executor.drafted is not None
    assert executor.drafted[0].token_ids == [3, 4, 5]
    assert (result.draft_token_ids, result.drafted_from) == ((), 1)


def test_of_a_long_chunk_the_draft_layer_reads_the_end_and_looks_no_further_back() -> None:
    executor = FakeExecutor({6: 3})
    chunk = ScheduledChunk(make_sequence([1, 2, 3, 4, 5, 6]), 0, 6, True)
    result = run(executor, StepItem(chunk, greedy_rows(1), 1), draft_window=2)[0]
    assert executor.drafted is not None
    rows, hidden_rows, _ = executor.drafted
    assert (rows.token_ids, rows.positions, hidden_rows) == ([6, 3], [4, 5], [4, 5])
    assert rows.context_starts == [4]
    assert result.drafted_from == 4


def test_no_more_is_drafted_than_the_blocks_have_room_for() -> None:
    executor = FakeExecutor({1: 2})
    item = decode_item([6] * 10 + [1], (), 3)
    assert run(executor, item)[0].draft_token_ids == (7, 8)


def test_without_a_wish_for_drafts_the_draft_layer_is_left_alone() -> None:
    executor = FakeExecutor({1: 2})
    result = run(executor, decode_item([6, 1], ()))[0]
    assert executor.drafted is None
    assert result.drafted_from is None


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
)
def test_lack_of_memory_has_its_own_code(error: Exception) -> None:
    class Full(FakeExecutor):
        def begin(self, rows: StepRows) -> None:
            raise error

    with pytest.raises(EngineUnavailable) as refusal:
        run(Full({}), decode_item([1], ()))
    assert refusal.value.code is ErrorCode.OUT_OF_MEMORY


@pytest.mark.parametrize("compiled", [True, False])
def test_a_blocks_place_in_memory_does_not_change_the_token(
    checkpoint_folder: Path, compiled: bool
) -> None:
    runner = load_engine_parts(checkpoint_folder, block_size=4, compiled_step=compiled).runner
    tokens = list(range(5, 14))
    results = []
    for blocks in ((0, 1, 2), (30, 2, 17)):
        chunk = ScheduledChunk(make_sequence(tokens, blocks), 0, 9, True)
        runner.launch([StepItem(chunk, greedy_rows(1))])
        results.append(runner.finish([StepItem(chunk, greedy_rows(1))])[0].tokens)
    assert results[0] == results[1]

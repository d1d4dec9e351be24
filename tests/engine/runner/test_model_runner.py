"""One step of the runner: layout of the tensors, and errors of memory."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import EngineUnavailable
from engine.kvcache import BlockTable
from engine.protocol import ErrorCode, SamplingParams
from engine.runner import ModelRunner
from engine.scheduler import ScheduledChunk, Sequence
from tests.engine.engines import load_engine_parts


def make_sequence(token_ids: list[int], blocks: tuple[int, ...]) -> Sequence:
    return Sequence(
        request_id="alice",
        token_ids=token_ids,
        max_total_tokens=100,
        sampling=SamplingParams(temperature=0.0, top_p=1.0, seed=0),
        block_table=BlockTable(blocks, block_size=4),
    )


@pytest.fixture
def runner(checkpoint_folder: Path) -> ModelRunner:
    return load_engine_parts(checkpoint_folder, block_size=4).runner


def test_mixed_prefill_and_decode_are_packed_one_after_another(runner: ModelRunner) -> None:
    decoding = make_sequence([1] * 6, (9, 3, 7))
    reading = make_sequence([2] * 10, (5, 8, 1))
    chunks = (ScheduledChunk(decoding, 5, 1, True), ScheduledChunk(reading, 3, 2, False))
    metadata = runner._build_metadata(chunks)
    assert metadata.query_starts == (0, 1, 3)
    assert metadata.context_lengths == (6, 5)
    assert metadata.block_tables.tolist() == [[9, 3], [5, 8]]
    assert metadata.slot_mapping.tolist() == [3 * 4 + 1, 5 * 4 + 3, 8 * 4]


def test_only_chunks_that_sample_get_a_token(runner: ModelRunner) -> None:
    first, second = make_sequence([5, 6, 7], (0,)), make_sequence([9, 8], (1,))
    unfinished = ScheduledChunk(first, 0, 2, False)
    assert runner.run((unfinished,)) == []
    assert len(runner.run((unfinished, ScheduledChunk(second, 0, 2, True)))) == 1


def test_a_blocks_place_in_memory_does_not_change_the_token(runner: ModelRunner) -> None:
    tokens = list(range(5, 14))
    chunks = [
        ScheduledChunk(make_sequence(tokens, blocks), 0, 9, True)
        for blocks in ((0, 1, 2), (30, 2, 17))
    ]
    first, second = (runner.run((chunk,)) for chunk in chunks)
    assert first == second


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
)
def test_lack_of_memory_has_its_own_code(
    runner: ModelRunner, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_arguments: object) -> torch.Tensor:
        raise error

    monkeypatch.setattr(runner._model, "forward", fail)
    with pytest.raises(EngineUnavailable) as refusal:
        runner.run((ScheduledChunk(make_sequence([1], (0,)), 0, 1, True),))
    assert refusal.value.code is ErrorCode.OUT_OF_MEMORY


def test_a_sequence_without_blocks_is_a_defect_and_not_lack_of_memory(runner: ModelRunner) -> None:
    sequence = make_sequence([1], (0,))
    chunk = replace(ScheduledChunk(sequence, 0, 1, True))
    sequence.block_table = None
    with pytest.raises(RuntimeError, match="holds no blocks"):
        runner.run((chunk,))

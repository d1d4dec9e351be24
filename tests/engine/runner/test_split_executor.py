"""What one executor has no room for goes to another; nobody notices in the results."""

from pathlib import Path

import pytest
import torch

from engine.model.kv_storage import KVStorage
from engine.model.loading import load_model
from engine.runner import StepRows, TorchExecutor
from engine.runner.split_executor import SplitExecutor
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from tests.engine.model.stepper import random_prompt

LENGTHS = (1, 9, 2, 20, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("split")
    write_tiny_checkpoint(folder, "full", seed=3, fp8=False, mtp=True)
    return folder


def build(folder: Path) -> TorchExecutor:
    model = load_model(folder, with_mtp=True)
    config = model.config
    kv = KVStorage(
        num_layers=config.num_hidden_layers + 1,
        num_blocks=len(LENGTHS) * 2,
        block_size=16,
        num_kv_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        dtype=torch.float32,
        device="cpu",
    )
    return TorchExecutor(model, kv, config.vocab_size)


def add_sequence(rows: StepRows, number: int, token_ids: list[int]) -> None:
    rows.token_ids += token_ids
    rows.positions += range(len(token_ids))
    rows.query_starts.append(len(rows.token_ids))
    rows.context_lengths.append(len(token_ids))
    rows.context_starts.append(0)
    rows.block_tables.append([2 * number, 2 * number + 1])


def make_rows() -> StepRows:
    rows = StepRows()
    for number, length in enumerate(LENGTHS):
        add_sequence(rows, number, random_prompt(length, seed=number))
    rows.sample_rows = [0, 8, 9, 11, 31, 32]
    return rows


@pytest.mark.parametrize(
    ("max_rows", "max_sample_rows"), [(0, 9), (1, 9), (12, 9), (32, 9), (64, 9), (64, 2), (12, 1)]
)
def test_logits_and_drafts_are_those_of_one_executor(
    folder: Path, max_rows: int, max_sample_rows: int
) -> None:
    whole = build(folder)
    one, other = build(folder), build(folder)
    # Both sides of a step see one cache.
    other._kv = one._kv
    split = SplitExecutor(one, other, max_rows=max_rows, max_sample_rows=max_sample_rows)
    following = StepRows()
    hidden_rows: list[int] = []
    rows = make_rows()
    for number in (1, 3, 4):
        first, end = rows.query_starts[number : number + 2]
        add_sequence(following, number, [5] * (end - first))
        hidden_rows += range(first, end)
    following.block_tables = [rows.block_tables[number] for number in (1, 3, 4)]
    for executor in (whole, split):
        executor.begin(make_rows())
    expected, found = whole.finish(), split.finish()
    assert expected is not None
    assert found is not None
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)
    drafts = [executor.draft(following, hidden_rows, 3) for executor in (whole, split)]
    assert drafts[0] == drafts[1]
    assert len(set(drafts[0])) > 1


def test_a_step_without_samples_gives_no_logits(folder: Path) -> None:
    rows = make_rows()
    rows.sample_rows = []
    split = SplitExecutor(build(folder), build(folder), max_rows=1, max_sample_rows=1)
    split.begin(rows)
    assert split.finish() is None

"""Tables of tile sizes and the tuner that writes them."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from triton.runtime.errors import OutOfResources

from engine.kernels.triton import bench_kernels, cases, tune
from engine.kernels.triton.cases import KernelCase, WeightShape, experts_case, linear_case
from engine.kernels.triton.tuned import TileSizes, default_sizes, forced_sizes, tile_sizes
from engine.kernels.triton.tuned.table import read_table, row_bucket, table_path
from engine.kernels.weight import LinearWeight
from tests.engine.kernels.triton.conftest import DEVICE

FLOAT8 = torch.float8_e4m3fn
SHAPE = WeightShape("linear", 4096, 12288, FLOAT8)


@pytest.fixture(autouse=True)
def no_tables_remembered() -> None:
    read_table.cache_clear()


def test_rows_fall_into_the_next_bucket() -> None:
    assert [row_bucket(rows) for rows in (1, 2, 3, 8, 9, 64, 5000)] == [1, 2, 4, 8, 16, 64, 64]


def test_the_table_of_an_h200_is_not_measured_and_holds_the_defaults(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        table = read_table("NVIDIA H200")
        assert read_table("NVIDIA H200") is table
    assert [record.getMessage().count("NVIDIA H200") for record in caplog.records] == [1]
    assert len(table) > 30
    for (operation, rows, columns, tokens, dtype), sizes in table.items():
        item_bytes = getattr(torch, dtype.removeprefix("torch.")).itemsize
        assert sizes == default_sizes(operation, rows, columns, tokens, item_bytes)


def test_a_measured_table_is_read_without_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sizes = TileSizes(32, 256, 8, 3, 2)
    entries = [tune.entry(SHAPE, 3, sizes, 4.1e12)]
    tune.write_table(table_path("A 1", tmp_path), "A 1", "a test", entries, measured=True)
    with caplog.at_level(logging.WARNING):
        table = read_table("A 1", tmp_path)
    assert table == {("linear", 4096, 12288, 4, "torch.float8_e4m3fn"): sizes}
    assert not caplog.records


def test_a_device_without_a_table_runs_with_defaults_and_warns_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert read_table("Unknown 9", tmp_path) == {}
        read_table("Unknown 9", tmp_path)
    assert [record.getMessage().count("Unknown 9") for record in caplog.records] == [1]


@pytest.mark.parametrize("shape", [(14336, 4096), (4096, 1408), (3, 5), (151552, 4096)])
@pytest.mark.parametrize("num_tokens", [1, 4, 64])
@pytest.mark.parametrize("item_bytes", [1, 2, 4])
def test_defaults_are_powers_of_two_that_a_tile_may_have(
    shape: tuple[int, int], num_tokens: int, item_bytes: int
) -> None:
    sizes = default_sizes("linear", *shape, num_tokens, item_bytes)
    for value in (sizes.block_rows, sizes.block_columns, sizes.splits):
        assert value & (value - 1) == 0
    assert sizes.block_rows >= (1 if num_tokens == 1 else 16)
    assert sizes.block_columns >= 16
    assert sizes.num_stages * sizes.block_rows * sizes.block_columns * item_bytes <= 128 * 1024


def test_the_tuner_keeps_the_fastest_candidate_that_the_device_takes() -> None:
    seen = []

    def timer(runs: Sequence[Callable[[], object]]) -> float:
        sizes = tile_sizes("linear", 4096, 12288, 1, FLOAT8)
        seen.append(sizes)
        if sizes.block_rows == 64:
            raise OutOfResources(300_000, 232_448, "shared memory")
        return 1.0 / sizes.block_rows + 1e-3 * abs(sizes.num_stages - 4) + 1e-4 * sizes.splits

    case = KernelCase("output", 1, 1000, (SHAPE,), ())
    entries = tune.tune([case], timer)
    assert len(set(seen)) == len(seen) > 50
    assert len(entries) == 1
    assert entries[0]["sizes"]["block_rows"] == 128
    assert (entries[0]["sizes"]["num_stages"], entries[0]["sizes"]["splits"]) == (4, 1)
    assert entries[0]["gigabytes_per_second"] == pytest.approx(1000 / 0.0079 / 1e9, abs=0.1)


def test_candidates_fit_into_shared_memory_and_split_only_where_somebody_adds_up() -> None:
    for shape in (SHAPE, WeightShape("expert_down", 4096, 1408, FLOAT8)):
        candidates = list(tune.list_candidates(shape, 16))
        assert candidates
        assert all(each.block_rows >= 16 for each in candidates)
        assert {each.splits for each in candidates} <= ({1, 2, 4, 8} if shape is SHAPE else {1})
        in_flight = [each.num_stages * each.block_rows * each.block_columns for each in candidates]
        assert max(in_flight) < 227 * 1024


def test_forced_sizes_hold_for_their_operation_and_end_with_the_block() -> None:
    sizes = TileSizes(16, 64, 4, 2)
    before = tile_sizes("linear", 100, 200, 1, FLOAT8)
    with forced_sizes("linear", sizes):
        assert tile_sizes("linear", 100, 200, 1, FLOAT8) is sizes
        assert tile_sizes("router", 100, 200, 1, FLOAT8) is not sizes
    assert tile_sizes("linear", 100, 200, 1, FLOAT8) == before


def empty_weight(shape: tuple[int, ...], dtype: torch.dtype, device: str) -> LinearWeight:
    scale = torch.empty(shape[:-1], device=device)
    return LinearWeight(torch.empty(shape, dtype=dtype, device=device), scale)


def test_a_case_counts_the_bytes_that_one_run_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "_COLD_BYTES", 0)
    monkeypatch.setattr(cases, "random_weight", empty_weight)
    case = linear_case("attention_output", 1, DEVICE)
    assert case.num_bytes == 4096 * 12288 + 4 * 4096
    assert case.shapes == (SHAPE,)
    assert len(case.runs) == 1
    experts = experts_case(1, DEVICE, num_experts=8)
    one_expert = 3 * 1408 * 4096 + 4 * (2816 + 4096)
    assert experts.num_bytes == 9 * one_expert
    result = bench_kernels.describe(case, 1e-5, 1e13)
    assert result.gigabytes_per_second == pytest.approx(5034.8, abs=0.1)
    assert result.share_of_read_bandwidth == pytest.approx(0.503, abs=0.001)


@pytest.mark.parametrize("program", [bench_kernels, tune])
def test_without_a_device_the_programs_refuse_in_one_sentence(
    program: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert program.main() == 1  # type: ignore[attr-defined]
    assert capsys.readouterr().err == f"{bench_kernels.NO_DEVICE}\n"

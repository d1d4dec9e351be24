"""The plan of the KV cache: as much as is wanted, no more than fits, or a refusal with numbers."""

from pathlib import Path

import pytest
import torch

from engine.errors import EngineUnavailable
from engine.protocol import ErrorCode
from engine.runner import KVPlan, available_memory_bytes, kv_memory_bytes, plan_kv_blocks
from engine.runner.memory import _read_cgroup_left, _read_meminfo_available

MEBIBYTE = 2**20


def plan(memory_bytes: int, *, context_length: int = 8192, max_running: int = 2) -> KVPlan:
    return plan_kv_blocks(
        context_length=context_length,
        block_size=16,
        bytes_per_block=MEBIBYTE,
        max_running=max_running,
        memory_bytes=memory_bytes,
    )


def test_ample_memory_gives_every_running_request_a_whole_context() -> None:
    assert plan(10**12) == KVPlan(num_blocks=1024, context_length=8192)


def test_scarce_memory_shortens_what_is_shared() -> None:
    assert plan(600 * MEBIBYTE) == KVPlan(num_blocks=600, context_length=8192)
    assert plan(300 * MEBIBYTE) == KVPlan(num_blocks=300, context_length=4800)


def test_too_little_memory_is_refused_with_the_numbers() -> None:
    with pytest.raises(EngineUnavailable) as refusal:
        plan(200 * MEBIBYTE)
    assert refusal.value.code is ErrorCode.OUT_OF_MEMORY
    for number in ("256 MiB", "200 MiB", "4096 tokens"):
        assert number in refusal.value.message


def test_a_model_of_short_context_needs_only_that() -> None:
    assert plan(8 * MEBIBYTE, context_length=100).context_length == 100
    with pytest.raises(EngineUnavailable, match="100 tokens"):
        plan(6 * MEBIBYTE, context_length=100)


def test_a_cpu_gives_a_modest_share_of_what_is_free() -> None:
    cpu = torch.device("cpu")
    assert 0 < kv_memory_bytes(cpu) < available_memory_bytes(cpu)


def test_the_kernels_figure_and_the_control_groups_limit_are_read(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  900 kB\nMemAvailable:  300 kB\n")
    assert _read_meminfo_available(meminfo) == 300 * 1024
    assert _read_meminfo_available(tmp_path / "missing") is None
    assert _read_cgroup_left(tmp_path) is None
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    (tmp_path / "memory.stat").write_text("anon 400\nfile 0\n")
    assert _read_cgroup_left(tmp_path) == 600
    (tmp_path / "memory.max").write_text("max\n")
    assert _read_cgroup_left(tmp_path) is None


def test_files_that_were_read_do_not_count_as_memory_in_use(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    (tmp_path / "memory.stat").write_text(
        "anon 300\nfile 650\nshmem 50\ninactive_file 400\nactive_file 200\n"
        "slab_reclaimable 20\nslab_unreclaimable 30\n"
    )
    assert _read_cgroup_left(tmp_path) == 620

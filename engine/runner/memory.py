"""How many KV blocks fit into the memory that is left after the weights."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.errors import EngineUnavailable
from engine.kvcache import blocks_for_tokens
from engine.protocol import ErrorCode

CPU_SHARE = 0.25
CUDA_SHARE = 0.9
# A chat needs the system prompt, a question and one made thing; less is not worth serving.
MINIMUM_CONTEXT_TOKENS = 4096
_MEBIBYTE = 2**20
_RECLAIMABLE = ("active_file", "inactive_file", "slab_reclaimable")


@dataclass(frozen=True, slots=True)
class KVPlan:
    """The size of the KV cache, and the longest sequence that it allows."""

    num_blocks: int
    context_length: int

    def sentence(self, block_size: int, longest: int) -> str:
        """The plan for the log, against the `longest` context that the model was trained for."""
        capped = f", capped from the model's {longest} by memory or setting"
        return (
            f"KV cache: {self.num_blocks} blocks of {block_size} tokens, context of "
            f"{self.context_length} tokens{capped if self.context_length < longest else ''}"
        )


def plan_kv_blocks(
    *,
    context_length: int,
    block_size: int,
    bytes_per_block: int,
    max_running: int,
    memory_bytes: int,
) -> KVPlan:
    """Blocks for `max_running` full contexts, or for as much as `memory_bytes` holds.

    Raises `EngineUnavailable` (out_of_memory), with the numbers, if not even one conversation of
    `MINIMUM_CONTEXT_TOKENS` (or the whole context, if shorter) fits.
    """
    wanted = max_running * blocks_for_tokens(context_length, block_size)
    num_blocks = min(wanted, memory_bytes // bytes_per_block)
    least_tokens = min(context_length, MINIMUM_CONTEXT_TOKENS)
    least_blocks = least_kv_blocks(context_length, block_size)
    if num_blocks < least_blocks:
        raise EngineUnavailable(
            ErrorCode.OUT_OF_MEMORY,
            f"The key-value cache needs {_mebibytes(least_blocks * bytes_per_block)} MiB for one "
            f"conversation of {least_tokens} tokens and may use {memory_bytes // _MEBIBYTE} MiB; "
            "free memory or serve a smaller model.",
        )
    return KVPlan(num_blocks, min(context_length, num_blocks * block_size))


def least_kv_blocks(context_length: int, block_size: int) -> int:
    """Blocks of the shortest cache that is worth serving."""
    return blocks_for_tokens(min(context_length, MINIMUM_CONTEXT_TOKENS), block_size)


def kv_memory_bytes(device: torch.device) -> int:
    """The memory that the KV cache may take on `device` now; a modest share on a CPU."""
    share = CUDA_SHARE if device.type == "cuda" else CPU_SHARE
    return int(available_memory_bytes(device) * share)


def available_memory_bytes(device: torch.device) -> int:
    """The memory that is free on `device` now."""
    if device.type == "cuda":
        free_bytes, _total_bytes = torch.cuda.mem_get_info(device)
        return free_bytes
    return available_host_bytes()


def available_host_bytes() -> int:
    """What the kernel could hand out without swapping, within the limit of our control group."""
    amounts = [_read_meminfo_available(Path("/proc/meminfo")), _read_cgroup_left()]
    known = [amount for amount in amounts if amount is not None]
    if known:
        return min(known)
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _read_meminfo_available(path: Path) -> int | None:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _read_cgroup_left(folder: Path = Path("/sys/fs/cgroup")) -> int | None:
    try:
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = int((folder / "memory.current").read_text(encoding="ascii"))
        stat = (folder / "memory.stat").read_text(encoding="ascii")
    except OSError:
        return None
    return None if limit == "max" else max(0, int(limit) - used + _count_reclaimable(stat))


def _count_reclaimable(stat: str) -> int:
    """Bytes that count as used and are given back on demand.

    Files that were read, the weights above all, fill a group up to its limit.
    """
    amounts = dict(line.split() for line in stat.splitlines())
    return sum(int(amounts.get(name, 0)) for name in _RECLAIMABLE)


def _mebibytes(amount: int) -> int:
    return -(-amount // _MEBIBYTE)

"""Bytes per second of each decode kernel at GLM-4.5-Air's shapes, beside what a plain read reaches.

    python -m engine.kernels.triton.bench_kernels

prints one JSON line for each kernel and number of tokens. Runs are captured in a CUDA graph, so the
time is the device's and not the host's. Needs a CUDA device with 8 GiB free.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import torch
import triton
import triton.language as tl

from engine.kernels.triton.cases import (
    LINEAR_SHAPES,
    KernelCase,
    experts_case,
    linear_case,
    router_case,
)

TOKEN_COUNTS = (1, 2, 4, 8, 16, 32, 64)
_READ_BYTES = 2**31
_READ_BLOCK = 4096
_ROUNDS = 5
NO_DEVICE = "Measuring kernels needs a CUDA device, and this machine has none."


@dataclass(frozen=True, slots=True)
class KernelResult:
    """One kernel's speed; the share is that of the read-only reduction on the same device."""

    kernel: str
    num_tokens: int
    microseconds: float
    gigabytes_per_second: float
    share_of_read_bandwidth: float


@triton.jit
def _read_kernel(data_ptr, sums_ptr, steps, block: tl.constexpr):
    """Grid: programs that each read `steps` blocks; nothing but one number is written."""
    program, programs = tl.program_id(0), tl.num_programs(0)
    sums = tl.zeros((block,), tl.float32)
    for step in range(0, steps):
        start = (step * programs + program).to(tl.int64) * block
        sums += tl.load(data_ptr + start + tl.arange(0, block))
    tl.store(sums_ptr + program, tl.sum(sums, axis=0))


def time_on_device(runs: Sequence[Callable[[], object]]) -> float:
    """Seconds per run on the device, the best of several rounds over all runs."""
    for run in runs:
        run()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for run in runs:
            run()
    seconds: list[float] = []
    for _ in range(_ROUNDS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        seconds.append(start.elapsed_time(end) / 1000)
    return min(seconds) / len(runs)


def measure_read_bandwidth() -> float:
    """Bytes per second of a reduction that only reads: what the kernels are compared with."""
    data = torch.zeros(_READ_BYTES // 4, dtype=torch.float32, device="cuda")
    programs = 8 * torch.cuda.get_device_properties(0).multi_processor_count
    sums = torch.empty(programs, dtype=torch.float32, device="cuda")
    steps = data.numel() // (_READ_BLOCK * programs)

    def read() -> None:
        _read_kernel[(programs,)](data, sums, steps, block=_READ_BLOCK, num_warps=8)

    num_bytes: int = steps * programs * _READ_BLOCK * 4
    return num_bytes / time_on_device([read])


def list_cases(num_tokens: int, device: str = "cuda") -> Iterator[KernelCase]:
    """The weight-reading operations of a step, one after another, so that few lie in memory."""
    for name in LINEAR_SHAPES:
        yield linear_case(name, num_tokens, device)
    yield router_case(num_tokens, device)
    yield experts_case(num_tokens, device)


def describe(case: KernelCase, seconds: float, read_bandwidth: float) -> KernelResult:
    """A measured case as a result."""
    speed = case.num_bytes / seconds
    return KernelResult(
        kernel=case.name,
        num_tokens=case.num_tokens,
        microseconds=round(seconds * 1e6, 2),
        gigabytes_per_second=round(speed / 1e9, 1),
        share_of_read_bandwidth=round(speed / read_bandwidth, 3),
    )


def measure_kernels(token_counts: Sequence[int] = TOKEN_COUNTS) -> Iterator[KernelResult]:
    """Measure every kernel at every number of tokens. Raises `RuntimeError` without a device."""
    if not torch.cuda.is_available():
        raise RuntimeError(NO_DEVICE)
    read_bandwidth = measure_read_bandwidth()
    for num_tokens in token_counts:
        for case in list_cases(num_tokens):
            yield describe(case, time_on_device(case.runs), read_bandwidth)


def main() -> int:
    """Print the table."""
    if not torch.cuda.is_available():
        sys.stderr.write(f"{NO_DEVICE}\n")
        return 1
    for result in measure_kernels():
        line = {"device": torch.cuda.get_device_name(), **asdict(result)}
        sys.stdout.write(json.dumps(line) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

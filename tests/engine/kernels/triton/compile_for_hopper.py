"""Compiles every kernel for an H200 as the operations launch it at GLM-4.5-Air's shapes.

Run as a program: Triton's compiler and NVIDIA's assembler come with Triton and need no GPU, but
they do not live in one process with the interpreter. Prints one JSON line for each compiled kernel:
its name, shared memory and spilled bytes, and the widths of its loads from global memory.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime import driver, jit

from engine.kernels.reference.draw_tokens import DrawParameters
from engine.kernels.triton import moe_prefill
from engine.kernels.triton.accept_drafts import accept_drafts
from engine.kernels.triton.activation import silu_and_mul, silu_and_mul_quantized
from engine.kernels.triton.attention_prepare import attention_prepare
from engine.kernels.triton.draw_tokens import draw_tokens, mask_tokens
from engine.kernels.triton.linear import linear
from engine.kernels.triton.moe import mixture_of_experts
from engine.kernels.triton.paged_attention import paged_attention
from engine.kernels.triton.rms_norm import add_rms_norm, rms_norm, rms_norm_quantized
from engine.kernels.triton.router import route_tokens
from engine.kernels.weight import LinearWeight

HIDDEN, WIDTH, HEADS, KV_HEADS, HEAD_DIM, TOP_K = 4096, 1408, 96, 8, 128, 8
TOOLS = Path(triton.__file__).parent / "backends" / "nvidia" / "bin"


class HopperWithoutDevice:
    """The little that the compiler asks a driver for."""

    def get_current_target(self) -> GPUTarget:
        return GPUTarget("cuda", 90, 32)

    def get_current_device(self) -> int:
        return 0

    def get_current_stream(self, device: int) -> int:
        return 0


def compile_instead(launch: Any) -> Any:
    def compile_and_report(self: Any, *values: Any, grid: Any, warmup: bool, **named: Any) -> None:
        kernel = launch(self, *values, grid=grid, warmup=True, **named)
        sys.stdout.write(json.dumps(describe(self.fn.__name__, kernel)) + "\n")

    return compile_and_report


def describe(name: str, kernel: Any) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(kernel.asm["cubin"])
        file.flush()
        command = [str(TOOLS / "cuobjdump"), "--dump-resource-usage", file.name]
        usage = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    loads = re.findall(r"(?:ld\.global|cp\.async\.c[ag]\.shared\.global)[^;]*;", kernel.asm["ptx"])
    return {
        "kernel": name,
        "shared_bytes": kernel.metadata.shared,
        "registers": int(re.findall(r"REG:(\d+)", usage)[-1]),
        "stack_bytes": int(re.findall(r"STACK:(\d+)", usage)[-1]),
        "wide_loads": sum(".v4" in load or "0x10" in load for load in loads),
        "loads": len(loads),
    }


def rows(count: int, width: int, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
    return torch.zeros(count, width, dtype=dtype)


def float8(*shape: int) -> LinearWeight:
    return LinearWeight(torch.empty(*shape, dtype=torch.float8_e4m3fn), torch.empty(shape[:-1]))


def compile_layers() -> None:
    qkv, head = float8(14336, HIDDEN), LinearWeight(torch.empty(1, HIDDEN, dtype=torch.bfloat16))
    experts = float8(4, 2 * WIDTH, HIDDEN), float8(4, HIDDEN, WIDTH)
    shared = float8(2 * WIDTH, HIDDEN), float8(HIDDEN, WIDTH)
    for count in (1, 16):
        hidden = rows(count, HIDDEN)
        linear(hidden, qkv, torch.zeros(14336, dtype=torch.bfloat16))
        linear(hidden, head)
        weights, ids = torch.zeros(count, TOP_K), torch.zeros(count, TOP_K, dtype=torch.int64)
        mixture_of_experts(hidden, weights, ids, *experts, *shared, residual=hidden)
        route_tokens(
            hidden, torch.zeros(128, HIDDEN), torch.zeros(128),
            top_k=TOP_K, normalize=True, scaling_factor=1.0,
        )  # fmt: skip
    weights, ids = torch.zeros(70, TOP_K), torch.zeros(70, TOP_K, dtype=torch.int64)
    order = torch.arange(70 * (TOP_K + 1), dtype=torch.int32)
    routed = rows(70 * TOP_K, HIDDEN)
    moe_prefill._combine(routed, order, weights, ids, rows(70, HIDDEN), rows(70, HIDDEN))
    norm = rows(1, HIDDEN)[0]
    rms_norm(rows(1, HIDDEN), norm, 1e-5)
    add_rms_norm(rows(1, HIDDEN), rows(1, HIDDEN), norm, 1e-5)
    rms_norm_quantized(rows(1, HIDDEN), norm, 1e-5)
    silu_and_mul(rows(1, 2 * WIDTH))
    silu_and_mul_quantized(rows(1, 2 * WIDTH))


def compile_attention() -> None:
    for dtype in (torch.bfloat16, torch.float8_e4m3fn):
        keys = torch.empty(64, 16, KV_HEADS, HEAD_DIM, dtype=dtype)
        scales = torch.empty(64, 16, KV_HEADS) if dtype.itemsize == 1 else None
        quantized: dict[str, Any] = {"key_scales": scales, "value_scales": scales}
        for count in (4,) if quantized["key_scales"] is not None else (4, 300):
            query = torch.zeros(count, HEADS, HEAD_DIM, dtype=torch.bfloat16)
            paged_attention(
                query, keys, keys, query_starts=(0, count), context_lengths=(500,),
                context_starts=(0,), block_tables=torch.zeros(1, 64, dtype=torch.int32), scale=0.1,
                **quantized,
            )  # fmt: skip
        angles = torch.zeros(1, 1, 32, dtype=torch.bfloat16)
        norm = None if scales is None else torch.zeros(HEAD_DIM, dtype=torch.bfloat16)
        attention_prepare(
            rows(1, 14336), (angles, angles), keys, keys, torch.zeros(1, dtype=torch.int64),
            query_norm=norm, key_norm=norm, epsilon=1e-5, **quantized,
        )  # fmt: skip


def compile_sampler() -> None:
    ones = np.ones(1)
    draw_tokens(
        torch.zeros(1, 151552),
        DrawParameters(
            ones, ones, np.ones(1, dtype=np.int32), ones, *(2 * [np.ones(1, dtype=np.int64)])
        ),
        151365,
    )
    mask_tokens(torch.zeros(1, 151552), torch.zeros(1, 4736, dtype=torch.int32))
    accept_drafts(torch.zeros(1, 4, dtype=torch.int64), torch.zeros(1, 3, dtype=torch.int64))


if __name__ == "__main__":
    driver.set_active(HopperWithoutDevice())
    jit.JITFunction.run = compile_instead(jit.JITFunction.run)
    compile_layers()
    compile_attention()
    compile_sampler()

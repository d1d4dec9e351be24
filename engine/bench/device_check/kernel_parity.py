"""Every kernel against its plain twin, on the device itself, at the widths of a real model."""

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from engine import kernels
from engine.bench.device_check.checks import Check, Outcome
from engine.bench.device_check.random_inputs import BLOCK_SIZE, Geometry, RandomInputs
from engine.kernels import DrawTensors, LinearWeight
from engine.kernels.reference.activation import silu_and_mul as plain_silu_and_mul
from engine.kernels.reference.attention_prepare import (
    attention_prepare as plain_attention_prepare,
)
from engine.kernels.reference.draw_rows import draw_rows as plain_draw_rows
from engine.kernels.reference.linear import linear as plain_linear
from engine.kernels.reference.moe_experts import mixture_of_experts as plain_mixture_of_experts
from engine.kernels.reference.paged_attention import paged_attention as plain_paged_attention
from engine.kernels.reference.paged_decode_attention import (
    paged_decode_attention as plain_paged_decode_attention,
)
from engine.kernels.reference.rms_norm import rms_norm as plain_rms_norm
from engine.kernels.reference.rotary import rotary_cos_sin, rotary_frequencies
from engine.kernels.reference.router import route_tokens as plain_route_tokens

# Of the largest value of the twin's fp32 result.
BF16_LIMIT = 0.02
# Above this many rows FP8 weights meet activations that are rounded to FP8, three bits.
MOST_EXACT_ROWS, QUANTIZED_LIMIT = 64, 0.1


def list_kernel_checks(device: torch.device, geometry: Geometry) -> Iterator[Check]:
    """One check for each kernel, format and number of rows. Raises nothing itself."""
    cases = _Cases(device, geometry)
    for rows, fp8 in itertools.product(geometry.rows, (False, True)):
        kind = f"{'fp8' if fp8 else 'bf16'}, {rows} rows"
        yield Check(f"linear, {kind}", functools.partial(cases.linear, rows, fp8))
        yield Check(f"experts, {kind}", functools.partial(cases.experts, rows, fp8))
    for rows in geometry.rows:
        yield Check(f"norm, {rows} rows", functools.partial(cases.norm, rows))
        yield Check(f"activation, {rows} rows", functools.partial(cases.activation, rows))
        yield Check(f"router, {rows} rows", functools.partial(cases.router, rows))
    for rows, fp8 in itertools.product((1, 2, 4), (False, True)):
        kind = f"{'fp8' if fp8 else 'bf16'} cache, {rows} rows each"
        yield Check(f"decode attention, {kind}", functools.partial(cases.decode, rows, fp8))
    for fp8 in (False, True):
        kind = f"{'fp8' if fp8 else 'bf16'} cache"
        yield Check(f"prompt attention, {kind}", functools.partial(cases.prompt, fp8))
        yield Check(f"write to cache, {kind}", functools.partial(cases.prepare, fp8))
    for temperature in (0.0, 0.7, 2.0):
        yield Check(f"draw at {temperature}", functools.partial(cases.draw, temperature))


class _Cases:
    """Random inputs, the dispatched operation in bf16, and the plain twin in fp32."""

    def __init__(self, device: torch.device, geometry: Geometry) -> None:
        self._device = device
        self._geometry = geometry
        self._inputs = RandomInputs(device, geometry)

    def linear(self, rows: int, fp8: bool) -> Outcome:
        size = self._geometry.hidden
        hidden, weight = self._inputs.random(rows, size), self._inputs.weight(fp8, size // 2, size)
        bias, residual = self._inputs.random(size // 2), self._inputs.random(rows, size // 2)
        actual = kernels.linear(hidden, weight, bias, residual)
        twin = plain_linear
        expected = twin(hidden.float(), _wide(weight), bias.float(), residual.float())
        return _compare(actual, expected, _limit(rows, fp8))

    def experts(self, rows: int, fp8: bool) -> Outcome:
        g, make = self._geometry, self._inputs.weight
        gate_up = make(fp8, g.experts, 2 * g.width, g.hidden)
        down = make(fp8, g.experts, g.hidden, g.width)
        shared_gate_up, shared_down = make(fp8, 2 * g.width, g.hidden), make(fp8, g.hidden, g.width)
        hidden, residual = (self._inputs.random(rows, g.hidden) for _ in range(2))
        scores = self._inputs.random(rows, g.experts).float().sigmoid()
        shares, chosen = scores.topk(g.top_k, dim=-1)
        actual = kernels.mixture_of_experts(
            hidden, shares, chosen, gate_up, down, shared_gate_up, shared_down, residual
        )
        expected = plain_mixture_of_experts(
            hidden.float(),
            shares,
            chosen,
            _wide(gate_up),
            _wide(down),
            _wide(shared_gate_up),
            _wide(shared_down),
            residual.float(),
        )
        return _compare(actual, expected, _limit(rows, fp8))

    def norm(self, rows: int) -> Outcome:
        hidden = self._inputs.random(rows, self._geometry.hidden)
        weight = 1 + self._inputs.random(self._geometry.hidden) / 8
        actual = kernels.rms_norm(hidden, weight, 1e-5)
        expected = plain_rms_norm(hidden.float(), weight.float(), 1e-5)
        return _compare(actual, expected, BF16_LIMIT)

    def activation(self, rows: int) -> Outcome:
        gate_up = self._inputs.random(rows, 2 * self._geometry.width)
        expected = plain_silu_and_mul(gate_up.float())
        return _compare(kernels.silu_and_mul(gate_up), expected, BF16_LIMIT)

    def router(self, rows: int) -> Outcome:
        g = self._geometry
        hidden = self._inputs.random(rows, g.hidden)
        gate = self._inputs.random(g.experts, g.hidden).float() * g.hidden**-0.5
        bias = self._inputs.random(g.experts).float() * 0.1
        options: dict[str, Any] = {"top_k": g.top_k, "normalize": True, "scaling_factor": 2.5}
        spread = [
            torch.zeros(rows, g.experts, device=self._device).scatter(1, chosen, shares)
            for shares, chosen in (
                kernels.route_tokens(hidden, gate, bias, **options),
                plain_route_tokens(hidden, gate, bias, **options),
            )
        ]
        return _compare(spread[0], spread[1], BF16_LIMIT)

    def decode(self, rows: int, fp8: bool) -> Outcome:
        g = self._geometry
        keys, values = self._inputs.cache(fp8), self._inputs.cache(fp8)
        query = self._inputs.random(3 * rows, g.heads, g.head_dim)
        layout: dict[str, Any] = {
            "rows_per_sequence": rows,
            "context_lengths": self._inputs.integers([17 * BLOCK_SIZE - 3, 0, rows], torch.int32),
            "context_starts": self._inputs.integers([5, 0, 0], torch.int32),
            "block_tables": self._inputs.tables(3).int(),
            "scale": g.head_dim**-0.5,
        }
        actual = kernels.paged_decode_attention(query, keys, values, **layout)
        twin = plain_paged_decode_attention
        return _compare(actual, twin(query.float(), keys, values, **layout), BF16_LIMIT)

    def prompt(self, fp8: bool) -> Outcome:
        g = self._geometry
        keys, values = self._inputs.cache(fp8), self._inputs.cache(fp8)
        layout: dict[str, Any] = {
            "query_starts": (0, 150, 157, 158),
            "context_lengths": (290, 7, 70),
            "context_starts": (0, 0, 33),
            "block_tables": self._inputs.tables(3),
            "scale": g.head_dim**-0.5,
        }
        query = self._inputs.random(158, g.heads, g.head_dim)
        actual = kernels.paged_attention(query, keys, values, **layout)
        twin = plain_paged_attention
        return _compare(actual, twin(query.float(), keys, values, **layout), BF16_LIMIT)

    def prepare(self, fp8: bool) -> Outcome:
        """The keys are compared through attention to them: they may differ in their last bits."""
        g = self._geometry
        positions = self._inputs.integers([3, 700, 90000], torch.int64)
        frequencies = rotary_frequencies(g.head_dim // 2, 1e6, self._device)
        rotary = rotary_cos_sin(positions, frequencies, torch.bfloat16)
        qkv = self._inputs.random(3, (g.heads + 2 * g.kv_heads) * g.head_dim)
        norm = 1 + self._inputs.random(g.head_dim) / 8
        slots = self._inputs.integers([0, 1, 2], torch.int64)
        layout: dict[str, Any] = {
            "query_starts": (0, 3),
            "context_lengths": (3,),
            "context_starts": (0,),
            "block_tables": self._inputs.integers([0], torch.int64)[:, None],
            "scale": g.head_dim**-0.5,
        }
        results = []
        for prepare in (kernels.attention_prepare, plain_attention_prepare):
            caches = self._inputs.cache(fp8), self._inputs.cache(fp8)
            query = prepare(
                qkv, rotary, *caches, slots, query_norm=norm, key_norm=norm, epsilon=1e-5
            )
            results.append(plain_paged_attention(query.float(), *caches, **layout))
        return _compare(results[0], results[1], 2 * BF16_LIMIT)

    def draw(self, temperature: float) -> Outcome:
        rows = torch.arange(32, device=self._device)
        settings = DrawTensors(
            temperature=torch.full_like(rows, temperature, dtype=torch.float64),
            top_p=torch.full_like(rows, 0.95, dtype=torch.float64),
            top_k=rows * 7,
            min_p=torch.full_like(rows, 0.01, dtype=torch.float64),
            seed=rows * 12345678901,
            position=rows,
        )
        logits = 4 * self._inputs.random(32, self._geometry.vocab).float()
        logits[5, 7] = torch.nan
        actual = kernels.draw_rows(logits, settings, self._geometry.vocab - 30)
        expected = plain_draw_rows(logits, settings, self._geometry.vocab - 30)
        different = int((actual != expected).sum())
        return Outcome(different == 0, {"different_tokens": different})


def _wide(weight: LinearWeight) -> LinearWeight:
    return LinearWeight(weight.widened(torch.float32))


def _limit(rows: int, fp8: bool) -> float:
    return QUANTIZED_LIMIT if fp8 and rows > MOST_EXACT_ROWS else BF16_LIMIT


def _compare(actual: Tensor, expected: Tensor, limit: float) -> Outcome:
    """The largest difference by the largest expected value; not-a-number never passes."""
    scale = float(expected.abs().max())
    error = float((actual.float() - expected.float()).abs().max()) / (scale or 1.0)
    return Outcome(error <= limit, {"relative_error": round(error, 6), "limit": limit})

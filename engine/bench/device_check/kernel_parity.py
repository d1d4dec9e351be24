"""Every kernel against its plain twin, on the device itself, at the widths of a real model."""

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.bench.device_check.checks import Check, Outcome
from engine.kernels import DrawTensors, Fp8Cache, LayerCache, LinearWeight, operations
from engine.kernels.reference.rotary import rotary_cos_sin, rotary_frequencies

# Of the largest value of the twin's fp32 result.
BF16_LIMIT = 0.02
# Above this many rows FP8 weights meet activations that are rounded to FP8, three bits.
MOST_EXACT_ROWS, QUANTIZED_LIMIT = 64, 0.1
LARGEST_FP8 = 448.0
BLOCK_SIZE, NUM_BLOCKS = 16, 64


@dataclass(frozen=True, slots=True)
class Geometry:
    """The widths that the kernels are tried with; few experts, so that little memory is needed."""

    hidden: int = 4096
    heads: int = 96
    kv_heads: int = 8
    head_dim: int = 128
    width: int = 1408
    experts: int = 16
    top_k: int = 8
    vocab: int = 151552
    rows: tuple[int, ...] = (1, 3, 8, 33, 64, 200)


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
        self._generator = torch.Generator(device).manual_seed(1)

    def linear(self, rows: int, fp8: bool) -> Outcome:
        size = self._geometry.hidden
        hidden, weight = self._random(rows, size), self._weight(fp8, size // 2, size)
        bias, residual = self._random(size // 2), self._random(rows, size // 2)
        actual = operations.linear(hidden, weight, bias, residual)
        twin = operations.plain_linear
        expected = twin(hidden.float(), _wide(weight), bias.float(), residual.float())
        return _compare(actual, expected, _limit(rows, fp8))

    def experts(self, rows: int, fp8: bool) -> Outcome:
        g = self._geometry
        weights = [
            self._weight(fp8, *shape)
            for shape in (
                (g.experts, 2 * g.width, g.hidden),
                (g.experts, g.hidden, g.width),
                (2 * g.width, g.hidden),
                (g.hidden, g.width),
            )
        ]
        hidden, residual = self._random(rows, g.hidden), self._random(rows, g.hidden)
        scores = torch.rand(rows, g.experts, generator=self._generator, device=self._device)
        shares, chosen = scores.topk(g.top_k, dim=-1)
        actual = operations.mixture_of_experts(hidden, shares, chosen, *weights, residual)
        wide = (_wide(weight) for weight in weights)
        twin = operations.plain_mixture_of_experts
        expected = twin(hidden.float(), shares, chosen, *wide, residual.float())
        return _compare(actual, expected, _limit(rows, fp8))

    def norm(self, rows: int) -> Outcome:
        hidden = self._random(rows, self._geometry.hidden)
        weight = 1 + self._random(self._geometry.hidden) / 8
        actual = operations.rms_norm(hidden, weight, 1e-5)
        expected = operations.plain_rms_norm(hidden.float(), weight.float(), 1e-5)
        return _compare(actual, expected, BF16_LIMIT)

    def activation(self, rows: int) -> Outcome:
        gate_up = self._random(rows, 2 * self._geometry.width)
        expected = operations.plain_silu_and_mul(gate_up.float())
        return _compare(operations.silu_and_mul(gate_up), expected, BF16_LIMIT)

    def router(self, rows: int) -> Outcome:
        g = self._geometry
        hidden = self._random(rows, g.hidden)
        gate = self._random(g.experts, g.hidden).float() * g.hidden**-0.5
        bias = self._random(g.experts).float() * 0.1
        options = {"top_k": g.top_k, "normalize": True, "scaling_factor": 2.5}
        spread = [
            torch.zeros(rows, g.experts, device=self._device).scatter(1, chosen, shares)
            for shares, chosen in (
                operations.route_tokens(hidden, gate, bias, **options),
                operations.plain_route_tokens(hidden, gate, bias, **options),
            )
        ]
        return _compare(*spread, BF16_LIMIT)

    def decode(self, rows: int, fp8: bool) -> Outcome:
        g = self._geometry
        keys, values = self._cache(fp8), self._cache(fp8)
        query = self._random(3 * rows, g.heads, g.head_dim)
        layout = {
            "rows_per_sequence": rows,
            "context_lengths": self._integers([17 * BLOCK_SIZE - 3, 0, rows], torch.int32),
            "context_starts": self._integers([5, 0, 0], torch.int32),
            "block_tables": self._tables(3).int(),
            "scale": g.head_dim**-0.5,
        }
        actual = operations.paged_decode_attention(query, keys, values, **layout)
        twin = operations.plain_paged_decode_attention
        return _compare(actual, twin(query.float(), keys, values, **layout), BF16_LIMIT)

    def prompt(self, fp8: bool) -> Outcome:
        g = self._geometry
        keys, values = self._cache(fp8), self._cache(fp8)
        layout = {
            "query_starts": (0, 150, 157, 158),
            "context_lengths": (290, 7, 70),
            "context_starts": (0, 0, 33),
            "block_tables": self._tables(3),
            "scale": g.head_dim**-0.5,
        }
        query = self._random(158, g.heads, g.head_dim)
        actual = operations.paged_attention(query, keys, values, **layout)
        twin = operations.plain_paged_attention
        return _compare(actual, twin(query.float(), keys, values, **layout), BF16_LIMIT)

    def prepare(self, fp8: bool) -> Outcome:
        """The keys are compared through attention to them: they may differ in their last bits."""
        g = self._geometry
        positions = self._integers([3, 700, 90000], torch.int64)
        frequencies = rotary_frequencies(g.head_dim // 2, 1e6, self._device)
        rotary = rotary_cos_sin(positions, frequencies, torch.bfloat16)
        qkv = self._random(3, (g.heads + 2 * g.kv_heads) * g.head_dim)
        norm = 1 + self._random(g.head_dim) / 8
        slots = self._integers([0, 1, 2], torch.int64)
        layout = {
            "query_starts": (0, 3),
            "context_lengths": (3,),
            "context_starts": (0,),
            "block_tables": self._integers([0], torch.int64)[:, None],
            "scale": g.head_dim**-0.5,
        }
        results = []
        for prepare in (operations.attention_prepare, operations.plain_attention_prepare):
            caches = self._cache(fp8), self._cache(fp8)
            query = prepare(
                qkv, rotary, *caches, slots, query_norm=norm, key_norm=norm, epsilon=1e-5
            )
            results.append(operations.plain_paged_attention(query.float(), *caches, **layout))
        return _compare(*results, 2 * BF16_LIMIT)

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
        logits = 4 * self._random(32, self._geometry.vocab).float()
        logits[5, 7] = torch.nan
        actual = operations.draw_rows(logits, settings, self._geometry.vocab - 30)
        expected = operations.plain_draw_rows(logits, settings, self._geometry.vocab - 30)
        different = int((actual != expected).sum())
        return Outcome(different == 0, {"different_tokens": different})

    def _random(self, *shape: int) -> Tensor:
        values = torch.randn(shape, generator=self._generator, device=self._device)
        return values.to(torch.bfloat16)

    def _integers(self, values: list[int], dtype: torch.dtype) -> Tensor:
        return torch.tensor(values, dtype=dtype, device=self._device)

    def _tables(self, sequences: int) -> Tensor:
        order = torch.randperm(NUM_BLOCKS, generator=self._generator, device=self._device)
        return order[: sequences * 20].view(sequences, 20)

    def _weight(self, fp8: bool, *shape: int) -> LinearWeight:
        data = self._random(*shape) * shape[-1] ** -0.5
        if not fp8:
            return LinearWeight(data)
        scale = data.float().abs().amax(dim=-1) / LARGEST_FP8
        return LinearWeight((data / scale.unsqueeze(-1)).to(torch.float8_e4m3fn), scale)

    def _cache(self, fp8: bool) -> LayerCache:
        g = self._geometry
        data = self._random(NUM_BLOCKS, BLOCK_SIZE, g.kv_heads, g.head_dim)
        if not fp8:
            return data
        scale = data.float().abs().amax(dim=-1) / LARGEST_FP8
        return Fp8Cache((data / scale.unsqueeze(-1)).to(torch.float8_e4m3fn), scale)


def _wide(weight: LinearWeight) -> LinearWeight:
    return LinearWeight(weight.widened(torch.float32))


def _limit(rows: int, fp8: bool) -> float:
    return QUANTIZED_LIMIT if fp8 and rows > MOST_EXACT_ROWS else BF16_LIMIT


def _compare(actual: Tensor, expected: Tensor, limit: float) -> Outcome:
    """The largest difference by the largest expected value; not-a-number never passes."""
    scale = float(expected.abs().max())
    error = float((actual.float() - expected.float()).abs().max()) / (scale or 1.0)
    return Outcome(error <= limit, {"relative_error": round(error, 6), "limit": limit})

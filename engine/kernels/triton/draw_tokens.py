"""Draws tokens with the exact rule of the plain twin, fit for a CUDA graph.

The filters and the inverse of the cumulative distribution are defined over the sorted vocabulary,
so the logits are sorted (torch's stable sort; capturable, its size is fixed). Everything behind the
sort is one launch, grid: rows. A program walks through the sorted row in float64 and stops as soon
as it may: one pass sums what top-k keeps, one finds where top-p and min-p end and what remains, one
finds the token. With top-p below 1 the last two end within the first few thousand tokens. Shares
are not divided by their sum: all rules compare sums with sums. The random number is the hash of
(seed, position) of `reference/noise.py`.
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.reference.draw_rows import GREEDY_BELOW, NOT_FINITE
from engine.kernels.reference.draw_tokens import DrawParameters
from engine.kernels.reference.mask_tokens import FORBIDDEN
from engine.kernels.triton.launch import ceil_divide

_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class DeviceDrawParameters:
    """`DrawParameters` on the device: float64, int32 and int64 tensors [rows]."""

    temperature: Tensor
    top_p: Tensor
    top_k: Tensor
    min_p: Tensor
    seed: Tensor
    position: Tensor

    @staticmethod
    def from_host(parameters: DrawParameters, device: torch.device) -> "DeviceDrawParameters":
        """A copy of the host's arrays."""
        names = ("temperature", "top_p", "top_k", "min_p", "seed", "position")
        arrays = (torch.from_numpy(getattr(parameters, name)) for name in names)
        return DeviceDrawParameters(*(array.to(device) for array in arrays))


@triton.jit
def _mix(bits):
    """SplitMix64's finalizer, uint64."""
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB
    return bits ^ (bits >> 31)


@triton.jit
def _uniform(seed, position):
    """A float64 in [0, 1) that depends on the two int64 alone."""
    gamma = tl.full((), 0x9E3779B97F4A7C15, tl.uint64)
    place = position.to(tl.uint64, bitcast=True) * gamma
    bits = _mix(_mix(seed.to(tl.uint64, bitcast=True) + gamma) ^ _mix(place))
    return (bits >> 11).to(tl.float64) * 1.1102230246251565e-16


@triton.jit
def _shares(ordered_ptr, ranks, end, peak, temperature):
    """exp((logit - peak) / temperature) at the ranks before `end`, else 0; float64."""
    logits = tl.load(ordered_ptr + ranks, mask=ranks < end, other=0.0).to(tl.float64)
    shares = tl.exp((logits - peak) / temperature)
    return tl.where(ranks < end, shares, 0.0)


@triton.jit
def _draw_kernel(
    ordered_ptr, ids_ptr, temperature_ptr, top_p_ptr, top_k_ptr, min_p_ptr, seed_ptr, position_ptr,
    tokens_ptr, vocab_size, greedy_below: tl.constexpr, not_finite: tl.constexpr,
    block: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0)
    ordered_ptr += row.to(tl.int64) * vocab_size
    ids_ptr += row.to(tl.int64) * vocab_size
    # Sorted downwards, what is not a number first: the two ends tell whether all are finite.
    peak, least = tl.load(ordered_ptr).to(tl.float64), tl.load(ordered_ptr + vocab_size - 1)
    finite = (peak < float("inf")) & (least > float("-inf"))
    temperature = tl.load(temperature_ptr + row)
    rank = tl.zeros((), tl.int32)
    if finite & (temperature >= greedy_below):
        top_k, top_p = tl.load(top_k_ptr + row), tl.load(top_p_ptr + row)
        end = tl.where(top_k > 0, tl.minimum(top_k, vocab_size), vocab_size)
        all_shares = tl.zeros((), tl.float64)
        start = tl.zeros((), tl.int32)
        while start < end:
            ranks = start + tl.arange(0, block)
            all_shares += tl.sum(_shares(ordered_ptr, ranks, end, peak, temperature), axis=0)
            start += block
        # top_p 1 keeps everything: rounding in the sums must not cut the tail.
        allowed = tl.where(top_p >= 1.0, float("inf"), top_p * all_shares)
        least_share = tl.load(min_p_ptr + row)
        before = tl.zeros((), tl.float64)
        kept = tl.zeros((), tl.int32)
        start = tl.zeros((), tl.int32)
        while start < end:
            ranks = start + tl.arange(0, block)
            shares = _shares(ordered_ptr, ranks, end, peak, temperature)
            sums = before + tl.cumsum(shares, axis=0)
            # The likeliest token has share 1, so min_p is a bound on the shares themselves.
            keeps = (sums - shares < allowed) & (shares >= least_share) & (ranks < end)
            kept_here = tl.sum(keeps.to(tl.int32), axis=0)
            kept += kept_here
            before += tl.sum(shares, axis=0)
            start = tl.where(kept_here < block, end, start + block)
        total = tl.zeros((), tl.float64)
        start = tl.zeros((), tl.int32)
        while start < kept:
            ranks = start + tl.arange(0, block)
            total += tl.sum(_shares(ordered_ptr, ranks, kept, peak, temperature), axis=0)
            start += block
        wanted = _uniform(tl.load(seed_ptr + row), tl.load(position_ptr + row)) * total
        before = tl.zeros((), tl.float64)
        start = tl.zeros((), tl.int32)
        while start < kept:
            ranks = start + tl.arange(0, block)
            shares = _shares(ordered_ptr, ranks, kept, peak, temperature)
            sums = before + tl.cumsum(shares, axis=0)
            passed = tl.sum(((sums <= wanted) & (ranks < kept)).to(tl.int32), axis=0)
            rank += passed
            before += tl.sum(shares, axis=0)
            start = tl.where(passed < block, kept, start + block)
        rank = tl.minimum(rank, kept - 1)
    token = tl.where(finite, tl.load(ids_ptr + rank), not_finite)
    tl.store(tokens_ptr + row, token)


@triton.jit
def _mask_kernel(
    logits_ptr, allowed_ptr, vocab_size, num_words, forbidden: tl.constexpr, block: tl.constexpr
):
    """Grid: (tiles of the vocabulary, rows)."""
    tokens = tl.program_id(0) * block + tl.arange(0, block)
    row = tl.program_id(1).to(tl.int64)
    mask = tokens < vocab_size
    words = tl.load(allowed_ptr + row * num_words + tokens // 32, mask=mask, other=-1)
    is_forbidden = ((words >> (tokens % 32)) & 1) == 0
    logits = tl.load(logits_ptr + row * vocab_size + tokens, mask=mask, other=0.0)
    finite = tl.abs(logits) < float("inf")
    tl.store(
        logits_ptr + row * vocab_size + tokens,
        tl.full((block,), forbidden, tl.float32),
        mask=mask & is_forbidden & finite,
    )


def draw_tokens(logits: Tensor, parameters: DrawParameters, vocab_size: int) -> Tensor:
    """Draw a token per row: fp32 [rows, padded_vocab] -> int64 [rows] on the same device.

    Ids from `vocab_size` on are padding and are never drawn. A row that holds a value which is not
    finite gives -1 and does not disturb the others.
    """
    on_device = DeviceDrawParameters.from_host(parameters, logits.device)
    return draw_tokens_on_device(logits, on_device, vocab_size)


def draw_tokens_on_device(
    logits: Tensor, parameters: DeviceDrawParameters, vocab_size: int
) -> Tensor:
    """The same with parameters that lie on the device, as a CUDA graph demands."""
    ordered, ids = logits[:, :vocab_size].sort(dim=-1, descending=True, stable=True)
    tokens = torch.empty(logits.shape[0], dtype=torch.int64, device=logits.device)
    _draw_kernel[(logits.shape[0],)](
        ordered, ids, parameters.temperature, parameters.top_p, parameters.top_k, parameters.min_p,
        parameters.seed, parameters.position, tokens, vocab_size, greedy_below=GREEDY_BELOW,
        not_finite=NOT_FINITE, block=_BLOCK, num_warps=8,
    )  # fmt: skip
    return tokens


def mask_tokens(logits: Tensor, allowed: Tensor) -> None:
    """Set the logits fp32 [rows, vocab] of forbidden tokens to the lowest finite number, in place.

    allowed: int32 [rows, ceil(vocab / 32)]; token t is allowed where bit t % 32 of word t // 32 is
    set. Logits that are not numbers stay, so that the finite check still sees them.
    """
    num_rows, vocab_size = logits.shape
    _mask_kernel[(ceil_divide(vocab_size, _BLOCK), num_rows)](
        logits, allowed, vocab_size, allowed.shape[1], forbidden=FORBIDDEN, block=_BLOCK
    )

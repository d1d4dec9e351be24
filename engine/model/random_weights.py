"""A model of a published geometry whose weights are noise, filled where they lie.

For measuring speed without a download: the bytes read, the routing and the shapes are those of the
real model, its text is noise. Nothing is built in a wider type first, so a 108 GB model needs
108 GB.
"""

import logging
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.checkpoint.config import ModelConfig
from engine.checkpoint.progress import ProgressCallback, ProgressMeter
from engine.checkpoint.weight_slot import WeightSlot
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import HEAD_NAME, WeightBytes, build_model, plan_weights
from engine.model.weight_allocator import WeightAllocator
from engine.model.weight_options import WeightOptions

# A prime, so that no two rows of a matrix begin at the same place of the pattern.
PATTERN_LENGTH = 16_777_213
# What the published FP8 checkpoints leave in bf16 among the linear maps (engine.md, section 2.1).
PLAIN_LINEARS = (HEAD_NAME, "eh_proj.weight")
EMBEDDING_STD = 1.0
BIAS_STD = 0.02
FINITE_MAGNITUDES = 127
SIGN_BIT = 128
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RandomModel:
    """Stands in for a `CheckpointModel` where there are no files; the same seed, the same noise.

    `stored_fp8`: whether the linear maps count as eight-bit ones, as in an FP8 checkpoint.
    """

    config: ModelConfig
    stored_fp8: bool = True
    seed: int = 0

    @property
    def has_mtp(self) -> bool:
        """Whether the geometry has a draft layer."""
        return self.config.num_nextn_predict_layers > 0

    @property
    def has_fp8(self) -> bool:
        """Whether any weight counts as stored in eight bits."""
        return self.stored_fp8

    def plan(self, options: WeightOptions) -> WeightBytes:
        """The memory that `load` will take, computed without taking it."""
        with_mtp = options.with_mtp and self.has_mtp
        return plan_weights(self.config, options.dtype, self._format(options), with_mtp=with_mtp)

    def load(
        self, options: WeightOptions, progress: ProgressCallback | None = None
    ) -> Glm4MoeForCausalLM:
        """Take the memory and fill it with noise."""
        allocator = WeightAllocator(
            device=options.device, dtype=options.dtype, keeps_fp8=self._format(options)
        )
        model = build_model(self.config, allocator, with_mtp=options.with_mtp and self.has_mtp)
        meter = ProgressMeter(allocator.num_bytes(), progress)
        noise = _Noise(options.device, self.seed)
        for name, slot in allocator.slots.items():
            noise.fill(name, slot)
            meter.add(slot.num_bytes)
        logger.info("Filled %.2f GB with noise", allocator.num_bytes() / 1e9)
        return model

    def _format(self, options: WeightOptions) -> "_KeepsFp8":
        return _KeepsFp8(self.stored_fp8 and options.keeps_fp8, options.fp8_head)


@dataclass(frozen=True, slots=True)
class _KeepsFp8:
    """Which linear maps lie in eight bits."""

    linears: bool
    head: bool

    def __call__(self, name: str) -> bool:
        if name == HEAD_NAME:
            return self.head
        return self.linears and not name.endswith(PLAIN_LINEARS)


class _Noise:
    """Two patterns of noise on the device, copied from a random place into every weight."""

    def __init__(self, device: torch.device, seed: int) -> None:
        self._places = torch.Generator().manual_seed(seed)
        generator = torch.Generator(device).manual_seed(seed)
        self._plain = torch.randn(
            PATTERN_LENGTH, dtype=torch.bfloat16, device=device, generator=generator
        )
        self._bytes = _finite_bytes(device, generator)
        self._byte_deviation = _deviation(self._bytes)

    def fill(self, name: str, slot: WeightSlot) -> None:
        """Noise of a size that keeps activations near one through any number of layers."""
        data, columns = slot.data, slot.stored_shape[-1]
        if slot.scale is not None:
            self._copy(data.view(torch.uint8), self._bytes)
            slot.scale.fill_(columns**-0.5 / self._byte_deviation)
        elif data.dim() == 2:
            self._copy(data, self._plain)
            data.mul_(EMBEDDING_STD if name.endswith("embed_tokens.weight") else columns**-0.5)
        elif name.endswith(("bias", "correction_bias")):
            self._copy(data, self._plain)
            data.mul_(BIAS_STD)
        else:
            data.fill_(1.0)

    def _copy(self, target: Tensor, pattern: Tensor) -> None:
        flat, done = target.view(-1), 0
        start = int(torch.randint(PATTERN_LENGTH, (), generator=self._places))
        while done < flat.numel():
            part = pattern[start : start + flat.numel() - done]
            flat[done : done + part.numel()].copy_(part)
            done, start = done + part.numel(), 0


def _finite_bytes(device: torch.device, generator: torch.Generator) -> Tensor:
    """Random e4m3 numbers as bytes: every magnitude but the one that stands for no number."""
    shape = (PATTERN_LENGTH,)
    magnitudes = torch.empty(shape, dtype=torch.uint8, device=device)
    magnitudes.random_(0, FINITE_MAGNITUDES, generator=generator)
    signs = torch.empty(shape, dtype=torch.uint8, device=device)
    return magnitudes.add_(signs.random_(0, 2, generator=generator).mul_(SIGN_BIT))


def _deviation(numbers: Tensor) -> float:
    sample = numbers[: 2**20].view(torch.float8_e4m3fn).float()
    return float(sample.square().mean().sqrt())

"""From a checkpoint folder to a model: check every tensor, plan, stream each into its place."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.checkpoint.config import ModelConfig, read_model_config
from engine.checkpoint.loader import load_weights
from engine.checkpoint.progress import ProgressCallback
from engine.checkpoint.safetensors_header import StoredTensor
from engine.checkpoint.tensor_checks import check_tensors, is_fp8
from engine.checkpoint.tensor_index import read_tensor_index
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.mtp import MtpLayer, mtp_prefix, shared_tensor_names
from engine.model.weight_allocator import FormatChoice, WeightAllocator, never_fp8
from engine.model.weight_options import WeightOptions

HEAD_NAME = "lm_head.weight"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WeightBytes:
    """What a model's weights will take in memory: the main model's and the draft layer's."""

    model: int
    mtp: int


@dataclass(frozen=True, slots=True)
class CheckpointModel:
    """A checkpoint whose headers were read and found to fit its configuration."""

    config: ModelConfig
    index: Mapping[str, StoredTensor]
    has_mtp: bool

    @classmethod
    def read(cls, folder: Path) -> "CheckpointModel":
        """Read all that stands beside the weights' data; raises CheckpointError.

        All names, shapes and types are checked, the MTP layer's too.
        """
        config = read_model_config(folder)
        index = read_tensor_index(folder)
        has_mtp = _has_mtp(config, index)
        _check(config, index, has_mtp=has_mtp)
        return cls(config, index, has_mtp)

    @property
    def has_fp8(self) -> bool:
        """Whether any weight is stored in eight bits."""
        return any(is_fp8(tensor) for tensor in self.index.values())

    def plan(self, options: WeightOptions) -> WeightBytes:
        """The memory that `load` will take, computed without taking it."""
        with_mtp = options.with_mtp and self.has_mtp
        return plan_weights(self.config, options.dtype, self._format(options), with_mtp=with_mtp)

    def load(
        self, options: WeightOptions, progress: ProgressCallback | None = None
    ) -> Glm4MoeForCausalLM:
        """Take the memory and read the data; raises CheckpointError for damaged files."""
        allocator = WeightAllocator(
            device=options.device, dtype=options.dtype, keeps_fp8=self._format(options)
        )
        model = build_model(self.config, allocator, with_mtp=options.with_mtp and self.has_mtp)
        load_weights(self.index, allocator.slots, progress)
        return model

    def _format(self, options: WeightOptions) -> FormatChoice:
        def keeps_fp8(name: str) -> bool:
            if name == HEAD_NAME and options.fp8_head:
                return True
            return options.keeps_fp8 and is_fp8(self.index.get(name))

        return keeps_fp8


def load_model(
    folder: Path,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    progress: ProgressCallback | None = None,
    with_mtp: bool = False,
    keep_fp8: bool | None = None,
    fp8_head: bool = False,
) -> Glm4MoeForCausalLM:
    """Load a Glm4Moe checkpoint (see `WeightOptions`); raises CheckpointError.

    FP8 weights that are not kept are widened to `dtype` while loading, so an FP8 checkpoint
    computes exactly what its widened twin computes.
    """
    options = WeightOptions(
        device=torch.device(device),
        dtype=dtype,
        with_mtp=with_mtp,
        keep_fp8=keep_fp8,
        fp8_head=fp8_head,
    )
    return CheckpointModel.read(folder).load(options, progress)


def build_model(
    config: ModelConfig, allocator: WeightAllocator, *, with_mtp: bool
) -> Glm4MoeForCausalLM:
    """A model over weights that are still to be filled."""
    model = Glm4MoeForCausalLM(config, allocator)
    if with_mtp:
        model.mtp = MtpLayer(config, allocator)
    return model


def plan_weights(
    config: ModelConfig,
    dtype: torch.dtype,
    keeps_fp8: FormatChoice = never_fp8,
    *,
    with_mtp: bool = False,
) -> WeightBytes:
    """Bytes that the weights will take, computed without taking them."""
    allocator = WeightAllocator(device="meta", dtype=dtype, keeps_fp8=keeps_fp8)
    build_model(config, allocator, with_mtp=False)
    model_bytes = allocator.num_bytes()
    if with_mtp:
        MtpLayer(config, allocator)
    return WeightBytes(model_bytes, allocator.num_bytes() - model_bytes)


def _has_mtp(config: ModelConfig, index: Mapping[str, StoredTensor]) -> bool:
    """Whether the MTP layer is stored; a checkpoint that announces but lacks it still serves."""
    if config.num_nextn_predict_layers == 0:
        return False
    copies = shared_tensor_names(config)
    prefix = mtp_prefix(config)
    if any(name.startswith(prefix) and not name.startswith(copies) for name in index):
        return True
    logger.warning("The checkpoint has no MTP layer %s*: there will be no drafts.", prefix)
    return False


def _check(config: ModelConfig, index: Mapping[str, StoredTensor], *, has_mtp: bool) -> None:
    planned = WeightAllocator(device="meta", dtype=torch.float32)
    build_model(config, planned, with_mtp=has_mtp)
    shapes = {name: slot.stored_shape for name, slot in planned.slots.items()}
    ignored = shared_tensor_names(config) if config.num_nextn_predict_layers else ()
    check_tensors(index, shapes, ignored)

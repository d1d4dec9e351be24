"""From a checkpoint folder to a model: check every tensor, then stream each into its place."""

import logging
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.checkpoint.config import ModelConfig, read_model_config
from engine.checkpoint.formats import dequantize
from engine.checkpoint.loader import ProgressCallback, check_tensors, stream_weights
from engine.checkpoint.tensor_index import StoredTensor, read_tensor_index
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.mtp import MtpLayer, mtp_prefix, shared_tensor_names
from engine.model.weight_allocator import WeightAllocator

logger = logging.getLogger(__name__)


def load_model(
    folder: Path,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    progress: ProgressCallback | None = None,
    with_mtp: bool = False,
) -> Glm4MoeForCausalLM:
    """Load a Glm4Moe checkpoint, computing in `dtype`; raises CheckpointError.

    FP8 weights are widened to `dtype` while loading, so an FP8 checkpoint computes exactly what
    its widened twin computes. All names, shapes and types are checked before memory is taken, the
    MTP layer's too; its weights are kept only `with_mtp`.
    """
    config = read_model_config(folder)
    index = read_tensor_index(folder)
    has_mtp = _has_mtp(config, index)
    _check(config, index, has_mtp=has_mtp)
    allocator = WeightAllocator(device=device, dtype=dtype)
    model = Glm4MoeForCausalLM(config, allocator)
    if with_mtp and has_mtp:
        model.mtp = MtpLayer(config, allocator)
    _fill(allocator.slots, index, progress)
    return model


def model_bytes(config: ModelConfig, dtype: torch.dtype, *, with_mtp: bool = False) -> int:
    """Bytes that the loaded weights will take, computed without taking them."""
    allocator = WeightAllocator(device="meta", dtype=dtype)
    Glm4MoeForCausalLM(config, allocator)
    if with_mtp and config.num_nextn_predict_layers:
        MtpLayer(config, allocator)
    return allocator.num_bytes()


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
    Glm4MoeForCausalLM(config, planned)
    if has_mtp:
        MtpLayer(config, planned)
    shapes = {name: tuple(slot.shape) for name, slot in planned.slots.items()}
    ignored = shared_tensor_names(config) if config.num_nextn_predict_layers else ()
    check_tensors(index, shapes, ignored)


def _fill(
    slots: Mapping[str, Tensor],
    index: Mapping[str, StoredTensor],
    progress: ProgressCallback | None,
) -> None:
    for name, weight in stream_weights(index, slots.keys(), progress):
        slots[name].copy_(dequantize(weight, slots[name].dtype))

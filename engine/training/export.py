"""Writes the trained network as a checkpoint folder in the published GLM-4.5 format.

As FP8, linear weights become FP8 (e4m3) with one fp32 scale per output row; embedding, head, norms,
biases, routers and the MTP layer's `eh_proj` stay as they are published: bf16, and fp32 for the
routers' selection bias. The MTP layer shares embedding and head, so no copies are stored (as in
GLM-4.6).
"""

import json
import shutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.training.model_card import write_model_card
from engine.training.network import Glm4MoeNetwork
from engine.training.recipe import NetworkShape
from engine.training.text_files import TEXT_FILES, write_json
from engine.training.trainer import Trainer

LARGEST_FP8 = 448.0
SHARD_BYTES = 8 * 2**20


class WeightFormat(StrEnum):
    """What linear weights are stored as."""

    FP8 = "fp8"
    BF16 = "bf16"


def export_model(
    trainer: Trainer, text_folder: Path, output: Path, weights: WeightFormat = WeightFormat.FP8
) -> int:
    """Write every file of the model into `output`; returns their bytes together."""
    output.mkdir(parents=True, exist_ok=True)
    for old in output.glob("model*.safetensors*"):
        old.unlink()
    for name in TEXT_FILES:
        shutil.copyfile(text_folder / name, output / name)
    network = trainer.network
    config = describe_model(network.shape, text_folder)
    if weights is WeightFormat.BF16:
        del config["quantization_config"]
    write_json(output / "config.json", config)
    write_shards(output, published_tensors(network, weights))
    write_model_card(output, trainer)
    return sum(path.stat().st_size for path in output.iterdir())


def published_tensors(
    network: Glm4MoeNetwork, weights: WeightFormat = WeightFormat.FP8
) -> dict[str, Tensor]:
    """Every stored tensor under its published name."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in unstacked_parameters(network):
        if weights is WeightFormat.FP8 and is_quantized(name, tensor):
            tensors[name], tensors[f"{name}_scale"] = quantize_rows(tensor)
        elif name.endswith("e_score_correction_bias"):
            tensors[name] = tensor.float().clone()
        else:
            tensors[name] = tensor.bfloat16().clone()
    tensors["lm_head.weight"] = network.head_weight.detach().bfloat16().clone()
    return tensors


def unstacked_parameters(network: Glm4MoeNetwork) -> Iterator[tuple[str, Tensor]]:
    """Parameters and selection biases with every expert's matrices apart."""
    for name, tensor in network.state_dict().items():
        module, _, last = name.rpartition(".")
        if not module.endswith(".experts"):
            yield name, tensor
            continue
        for expert, matrices in enumerate(tensor):
            if last == "gate_up_proj":
                yield f"{module}.{expert}.gate_proj.weight", matrices[0]
                yield f"{module}.{expert}.up_proj.weight", matrices[1]
            else:
                yield f"{module}.{expert}.down_proj.weight", matrices


def is_quantized(name: str, tensor: Tensor) -> bool:
    """Whether the published format keeps this tensor in FP8."""
    kept = ("lm_head", "embed_tokens", "eh_proj", "mlp.gate.")
    return tensor.dim() == 2 and not any(part in name for part in kept)


def quantize_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """FP8 data [out, in] and fp32 scales [out, 1]; the largest value of a row becomes 448."""
    scale = weight.float().abs().amax(1, keepdim=True).clamp(min=1e-12) / LARGEST_FP8
    return (weight.float() / scale).to(torch.float8_e4m3fn), scale


def write_shards(output: Path, tensors: dict[str, Tensor]) -> None:
    """Write tensors to files of about `SHARD_BYTES` and the index that says where each lies."""
    shards: list[dict[str, Tensor]] = [{}]
    filled = 0
    for name, tensor in tensors.items():
        if filled + tensor.nbytes > SHARD_BYTES and not name.endswith("_scale"):
            shards.append({})
            filled = 0
        shards[-1][name] = tensor.contiguous()
        filled += tensor.nbytes
    where: dict[str, object] = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        save_file(shard, output / file, metadata={"format": "pt"})
        (output / file).chmod(0o644)
        where |= dict.fromkeys(shard, file)
    total = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": where}
    write_json(output / "model.safetensors.index.json", index)


def describe_model(shape: NetworkShape, text_folder: Path) -> dict[str, object]:
    """The contents of `config.json`, with the fields of the published checkpoints."""
    stops = _stop_ids(text_folder)
    return {
        "architectures": ["Glm4MoeForCausalLM"],
        "attention_bias": True,
        "attention_dropout": 0.0,
        "pad_token_id": stops[0],
        "eos_token_id": stops,
        "head_dim": shape.head_dim,
        "hidden_act": "silu",
        "hidden_size": shape.hidden_size,
        "partial_rotary_factor": shape.partial_rotary_factor,
        "initializer_range": 0.02,
        "intermediate_size": shape.intermediate_size,
        "max_position_embeddings": shape.max_position_embeddings,
        "model_type": "glm4_moe",
        "moe_intermediate_size": shape.moe_intermediate_size,
        "norm_topk_prob": True,
        "num_attention_heads": shape.num_attention_heads,
        "n_group": 1,
        "topk_group": 1,
        "n_routed_experts": shape.n_routed_experts,
        "n_shared_experts": shape.n_shared_experts,
        "routed_scaling_factor": shape.routed_scaling_factor,
        "num_experts_per_tok": shape.num_experts_per_tok,
        "first_k_dense_replace": shape.first_k_dense_replace,
        "num_hidden_layers": shape.num_hidden_layers,
        "num_key_value_heads": shape.num_key_value_heads,
        "rms_norm_eps": shape.rms_norm_eps,
        "rope_scaling": None,
        "rope_theta": shape.rope_theta,
        "num_nextn_predict_layers": 1,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "use_cache": True,
        "use_qk_norm": True,
        "vocab_size": shape.vocab_size,
        "quantization_config": _describe_quantization(shape),
    }


def _stop_ids(text_folder: Path) -> list[int]:
    generation = json.loads((text_folder / "generation_config.json").read_text(encoding="utf-8"))
    ids: list[int] = generation["eos_token_id"]
    return ids


def _describe_quantization(shape: NetworkShape) -> dict[str, object]:
    mtp = shape.num_hidden_layers
    routers = [
        f"model.layers.{layer}.mlp.gate" for layer in range(shape.first_k_dense_replace, mtp + 1)
    ]
    floats: dict[str, object] = {"num_bits": 8, "type": "float", "symmetric": True}
    return {
        "quant_method": "compressed-tensors",
        "format": "float-quantized",
        "quantization_status": "compressed",
        "global_compression_ratio": None,
        "kv_cache_scheme": None,
        "ignore": ["lm_head", *routers, f"model.layers.{mtp}.eh_proj"],
        "config_groups": {
            "group_0": {
                "targets": ["Linear"],
                "weights": floats | {"strategy": "channel", "dynamic": False, "observer": "minmax"},
                "input_activations": floats
                | {"strategy": "token", "dynamic": True, "observer": None},
                "output_activations": None,
            }
        },
    }

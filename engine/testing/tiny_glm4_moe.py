"""Writes tiny random Glm4Moe checkpoints in the published format: names, types, files.

"air" is shaped like GLM-4.5-Air (no QK norm, scaling 1.0, one dense layer), "full" like GLM-4.5
(QK norm, scaling 2.5, three dense layers). head_dim times heads differs from the hidden size, as
in both. The text that such a model writes is noise; its arithmetic is the real one.
"""

import json
from pathlib import Path
from typing import Literal

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.checkpoint.formats import dequantize, pair_fp8, scale_name

Shape = Literal["air", "full"]
# Large enough for greedy text to vary instead of falling into a loop of a few tokens.
WEIGHT_STD = 0.2
CORRECTION_BIAS_STD = 0.1
LARGEST_FP8 = 448.0
HIDDEN_SIZE, HEAD_DIM, NUM_HEADS, NUM_KV_HEADS = 64, 16, 6, 2
DENSE_WIDTH, EXPERT_WIDTH, NUM_EXPERTS, TOP_K = 96, 32, 8, 2


def write_tiny_checkpoint(
    folder: Path,
    shape: Shape,
    *,
    seed: int,
    fp8: bool,
    mtp: bool,
    mtp_copies: bool = True,
    vocab_size: int = 256,
    eos_token_ids: tuple[int, ...] | None = None,
    num_shards: int = 1,
    max_position_embeddings: int = 4096,
) -> None:
    """Write config, generation config and weights (bf16, or FP8 linears) into `folder`.

    `mtp` adds the multi-token prediction layer, `mtp_copies` with its copies of embedding and
    head. More than one shard writes an index file, with weights and their scales apart. The ids
    that end a text are by default the last three of the vocabulary.
    """
    eos = eos_token_ids or tuple(range(vocab_size - 3, vocab_size))
    config = _config(shape, vocab_size, eos, max_position_embeddings)
    config["num_nextn_predict_layers"] = int(mtp)
    tensors = _WeightWriter(seed, fp8=fp8).write(config, copies=mtp_copies)
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "config.json", config)
    generation = {"eos_token_id": list(eos), "pad_token_id": eos[0]}
    _write_json(folder / "generation_config.json", generation)
    _write_weights(folder, tensors, num_shards)


def write_widened_twin(source: Path, target: Path) -> None:
    """Copy a single-file checkpoint with its FP8 weights widened to fp32 numbers."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "generation_config.json"):
        (target / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    with safe_open(source / "model.safetensors", framework="pt", device="cpu") as file:
        stored: dict[str, Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    widened = {}
    for name, tensor in stored.items():
        if scale_name(name) in stored:
            fp8_weight = pair_fp8(tensor, stored[scale_name(name)])
            widened[name] = dequantize(fp8_weight, torch.float32)
        elif not name.endswith(scale_name(".weight")):
            widened[name] = tensor
    _write_weights(target, widened, 1)


def _config(
    shape: Shape, vocab_size: int, eos: tuple[int, ...], max_positions: int
) -> dict[str, object]:
    full = shape == "full"
    return {
        "architectures": ["Glm4MoeForCausalLM"],
        "model_type": "glm4_moe",
        "torch_dtype": "bfloat16",
        "hidden_act": "silu",
        "attention_bias": True,
        "attention_dropout": 0.0,
        "tie_word_embeddings": False,
        "vocab_size": vocab_size,
        "hidden_size": HIDDEN_SIZE,
        "num_hidden_layers": 5 if full else 3,
        "num_attention_heads": NUM_HEADS,
        "num_key_value_heads": NUM_KV_HEADS,
        "head_dim": HEAD_DIM,
        "use_qk_norm": full,
        "rms_norm_eps": 1e-5,
        "rope_theta": 1_000_000,
        "rope_scaling": None,
        "partial_rotary_factor": 0.5,
        "max_position_embeddings": max_positions,
        "intermediate_size": DENSE_WIDTH,
        "first_k_dense_replace": 3 if full else 1,
        "moe_intermediate_size": EXPERT_WIDTH,
        "n_routed_experts": NUM_EXPERTS,
        "n_shared_experts": 1,
        "num_experts_per_tok": TOP_K,
        "n_group": 1,
        "topk_group": 1,
        "norm_topk_prob": True,
        "routed_scaling_factor": 2.5 if full else 1.0,
        "eos_token_id": list(eos),
        "pad_token_id": eos[0],
    }


class _WeightWriter:
    """Random tensors under the published names."""

    def __init__(self, seed: int, *, fp8: bool) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.fp8 = fp8
        self.tensors: dict[str, Tensor] = {}

    def write(self, config: dict[str, object], *, copies: bool) -> dict[str, Tensor]:
        """All tensors of the checkpoint that `config` describes."""
        layers, dense = int(str(config["num_hidden_layers"])), config["first_k_dense_replace"]
        vocab_size, qk_norm = int(str(config["vocab_size"])), bool(config["use_qk_norm"])
        self._plain("model.embed_tokens.weight", vocab_size, HIDDEN_SIZE)
        self._norm("model.norm.weight", HIDDEN_SIZE)
        self._plain("lm_head.weight", vocab_size, HIDDEN_SIZE)
        for layer in range(layers):
            is_dense = layer < int(str(dense))
            self._layer(f"model.layers.{layer}", is_dense=is_dense, qk_norm=qk_norm)
        if config["num_nextn_predict_layers"]:
            self._mtp(f"model.layers.{layers}", qk_norm=qk_norm, copies=copies)
        return self.tensors

    def _mtp(self, prefix: str, *, qk_norm: bool, copies: bool) -> None:
        self._layer(prefix, is_dense=False, qk_norm=qk_norm)
        for name in ("enorm", "hnorm", "shared_head.norm"):
            self._norm(f"{prefix}.{name}.weight", HIDDEN_SIZE)
        self._plain(f"{prefix}.eh_proj.weight", HIDDEN_SIZE, 2 * HIDDEN_SIZE)
        if copies:
            embedding, head = "model.embed_tokens.weight", "lm_head.weight"
            self.tensors[f"{prefix}.embed_tokens.weight"] = self.tensors[embedding].clone()
            self.tensors[f"{prefix}.shared_head.head.weight"] = self.tensors[head].clone()

    def _layer(self, prefix: str, *, is_dense: bool, qk_norm: bool) -> None:
        self._norm(f"{prefix}.input_layernorm.weight", HIDDEN_SIZE)
        self._norm(f"{prefix}.post_attention_layernorm.weight", HIDDEN_SIZE)
        for part, heads in (("q", NUM_HEADS), ("k", NUM_KV_HEADS), ("v", NUM_KV_HEADS)):
            name, rows = f"{prefix}.self_attn.{part}_proj", heads * HEAD_DIM
            self._linear(f"{name}.weight", rows, HIDDEN_SIZE)
            self._plain(f"{name}.bias", rows)
        self._linear(f"{prefix}.self_attn.o_proj.weight", HIDDEN_SIZE, NUM_HEADS * HEAD_DIM)
        if qk_norm:
            self._norm(f"{prefix}.self_attn.q_norm.weight", HEAD_DIM)
            self._norm(f"{prefix}.self_attn.k_norm.weight", HEAD_DIM)
        if is_dense:
            self._mlp(f"{prefix}.mlp", DENSE_WIDTH)
            return
        self._plain(f"{prefix}.mlp.gate.weight", NUM_EXPERTS, HIDDEN_SIZE)
        bias = CORRECTION_BIAS_STD * torch.randn(NUM_EXPERTS, generator=self.generator)
        self.tensors[f"{prefix}.mlp.gate.e_score_correction_bias"] = bias
        for expert in range(NUM_EXPERTS):
            self._mlp(f"{prefix}.mlp.experts.{expert}", EXPERT_WIDTH)
        self._mlp(f"{prefix}.mlp.shared_experts", EXPERT_WIDTH)

    def _mlp(self, prefix: str, width: int) -> None:
        self._linear(f"{prefix}.gate_proj.weight", width, HIDDEN_SIZE)
        self._linear(f"{prefix}.up_proj.weight", width, HIDDEN_SIZE)
        self._linear(f"{prefix}.down_proj.weight", HIDDEN_SIZE, width)

    def _linear(self, name: str, rows: int, columns: int) -> None:
        weight = WEIGHT_STD * torch.randn(rows, columns, generator=self.generator)
        if not self.fp8:
            self.tensors[name] = weight.bfloat16()
            return
        scale = weight.abs().amax(dim=1, keepdim=True) / LARGEST_FP8
        self.tensors[name] = (weight / scale).to(torch.float8_e4m3fn)
        self.tensors[scale_name(name)] = scale

    def _plain(self, name: str, *size: int) -> None:
        self.tensors[name] = (WEIGHT_STD * torch.randn(*size, generator=self.generator)).bfloat16()

    def _norm(self, name: str, length: int) -> None:
        self.tensors[name] = (1 + 0.1 * torch.randn(length, generator=self.generator)).bfloat16()


def _write_weights(folder: Path, tensors: dict[str, Tensor], num_shards: int) -> None:
    metadata = {"format": "pt"}
    if num_shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata)
        return
    names, weight_map = sorted(tensors), {}
    for shard in range(num_shards):
        file = f"model-{shard + 1:05}-of-{num_shards:05}.safetensors"
        shard_names = names[shard::num_shards]
        weight_map.update(dict.fromkeys(shard_names, file))
        save_file({name: tensors[name] for name in shard_names}, folder / file, metadata)
    total = sum(tensor.numel() * tensor.itemsize for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    _write_json(folder / "model.safetensors.index.json", index)


def _write_json(path: Path, values: dict[str, object]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")

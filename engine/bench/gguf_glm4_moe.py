"""A Glm4Moe checkpoint as a GGUF file that llama.cpp runs: architecture `glm4moe`.

Names and fields are those that llama.cpp's loader asks for (`src/models/glm4-moe.cpp`). Matrices
stay as they are (the rotary halves are GPT-NeoX's in both), the experts of a layer are stacked, and
norms, biases and routers are F32. The tokenizer is a stand-in of the right size: prompts are ids.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch

from engine.bench.gguf import FieldValue, GgufTensor, write_gguf
from engine.bench.gguf_types import Floats, GgufType, fitting_type
from engine.checkpoint.config import ModelConfig, read_model_config
from engine.checkpoint.formats import dequantize
from engine.checkpoint.loader import stream_weights
from engine.checkpoint.safetensors_header import StoredTensor
from engine.checkpoint.tensor_index import read_tensor_index

SIGMOID_GATING = 2
NORMAL_TOKEN = 1
_WHOLE_MODEL = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_ATTENTION = {
    "attn_norm.weight": "input_layernorm.weight",
    "post_attention_norm.weight": "post_attention_layernorm.weight",
    "attn_q.weight": "self_attn.q_proj.weight",
    "attn_k.weight": "self_attn.k_proj.weight",
    "attn_v.weight": "self_attn.v_proj.weight",
    "attn_output.weight": "self_attn.o_proj.weight",
    "attn_q.bias": "self_attn.q_proj.bias",
    "attn_k.bias": "self_attn.k_proj.bias",
    "attn_v.bias": "self_attn.v_proj.bias",
    "attn_q_norm.weight": "self_attn.q_norm.weight",
    "attn_k_norm.weight": "self_attn.k_norm.weight",
}
_ROUTER = {
    "ffn_gate_inp.weight": "mlp.gate.weight",
    "exp_probs_b.bias": "mlp.gate.e_score_correction_bias",
}
_PARTS = ("gate", "up", "down")


def write_glm4_moe_gguf(folder: Path, path: Path, weight_type: GgufType) -> None:
    """Convert the checkpoint in `folder`; its MTP layer is left out.

    `weight_type` is that of the matrices. Raises `CheckpointError` for a damaged folder.
    """
    config = read_model_config(folder)
    index = read_tensor_index(folder)
    tensors = list(_list_tensors(config, index, weight_type))
    write_gguf(path, _fields(config), tensors)


def _fields(config: ModelConfig) -> dict[str, FieldValue]:
    own: dict[str, FieldValue] = {
        "block_count": config.num_hidden_layers,
        "context_length": config.max_position_embeddings,
        "embedding_length": config.hidden_size,
        "feed_forward_length": config.intermediate_size,
        "vocab_size": config.vocab_size,
        "attention.head_count": config.num_attention_heads,
        "attention.head_count_kv": config.num_key_value_heads,
        "attention.key_length": config.head_dim,
        "attention.value_length": config.head_dim,
        "attention.layer_norm_rms_epsilon": config.rms_norm_eps,
        "rope.dimension_count": config.rotary_dim,
        "rope.freq_base": config.rope_theta,
        "expert_count": config.n_routed_experts,
        "expert_used_count": config.num_experts_per_tok,
        "expert_shared_count": config.n_shared_experts,
        "expert_feed_forward_length": config.moe_intermediate_size,
        "expert_weights_scale": config.routed_scaling_factor,
        "expert_weights_norm": config.norm_topk_prob,
        "expert_gating_func": SIGMOID_GATING,
        "leading_dense_block_count": config.first_k_dense_replace,
        "nextn_predict_layers": 0,
    }
    general: dict[str, FieldValue] = {"general.architecture": "glm4moe"}
    return general | {f"glm4moe.{name}": value for name, value in own.items()} | _tokenizer(config)


def _tokenizer(config: ModelConfig) -> dict[str, FieldValue]:
    """A vocabulary whose tokens spell their own ids."""
    ids = range(config.vocab_size)
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tuple(f"<{token_id}>" for token_id in ids),
        "tokenizer.ggml.token_type": tuple(NORMAL_TOKEN for _ in ids),
        "tokenizer.ggml.merges": ("< 0",),
    }


def _list_tensors(
    config: ModelConfig, index: Mapping[str, StoredTensor], weight_type: GgufType
) -> Iterator[GgufTensor]:
    for name, source in _WHOLE_MODEL.items():
        yield _tensor(index, name, (source,), weight_type)
    for layer in range(config.num_hidden_layers):
        for name, sources in _layer_sources(config, layer).items():
            full_name = f"blk.{layer}.{name}"
            kind = GgufType.F32 if name in _ROUTER else weight_type
            stored = tuple(f"model.layers.{layer}.{source}" for source in sources)
            if stored[0] in index:
                yield _tensor(index, full_name, stored, kind)


def _layer_sources(config: ModelConfig, layer: int) -> dict[str, tuple[str, ...]]:
    """What each tensor of a layer is made of; several sources are stacked."""
    sources: dict[str, tuple[str, ...]] = {}
    sources |= {name: (source,) for name, source in _ATTENTION.items()}
    if config.is_dense_layer(layer):
        return sources | {f"ffn_{part}.weight": (f"mlp.{part}_proj.weight",) for part in _PARTS}
    sources |= {name: (source,) for name, source in _ROUTER.items()}
    experts = range(config.n_routed_experts)
    for part in _PARTS:
        stacked = tuple(f"mlp.experts.{expert}.{part}_proj.weight" for expert in experts)
        sources[f"ffn_{part}_exps.weight"] = stacked
        sources[f"ffn_{part}_shexp.weight"] = (f"mlp.shared_experts.{part}_proj.weight",)
    return sources


def _tensor(
    index: Mapping[str, StoredTensor], name: str, sources: tuple[str, ...], kind: GgufType
) -> GgufTensor:
    shape = index[sources[0]].shape
    if name.endswith("_exps.weight"):
        shape = (len(sources), *shape)
    return GgufTensor(name, shape, fitting_type(kind, shape), lambda: _read(index, sources, shape))


def _read(
    index: Mapping[str, StoredTensor], sources: tuple[str, ...], shape: tuple[int, ...]
) -> Floats:
    weights = dict(stream_weights(index, sources))
    arrays = [dequantize(weights[name], torch.float32).numpy() for name in sources]
    return np.stack(arrays).reshape(shape)

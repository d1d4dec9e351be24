"""The geometries of the published models, for measurements without their files.

Source: the `config.json` of zai-org/GLM-4.5-Air and zai-org/GLM-4.5; glm-nano is our own.
"""

from dataclasses import replace
from typing import Literal

from engine.checkpoint.config import ModelConfig

PublishedName = Literal["air", "full", "nano"]

_AIR = ModelConfig(
    vocab_size=151552,
    hidden_size=4096,
    num_hidden_layers=46,
    num_attention_heads=96,
    num_key_value_heads=8,
    head_dim=128,
    attention_bias=True,
    use_qk_norm=False,
    rms_norm_eps=1e-5,
    rope_theta=1_000_000.0,
    partial_rotary_factor=0.5,
    max_position_embeddings=131072,
    intermediate_size=10944,
    first_k_dense_replace=1,
    moe_intermediate_size=1408,
    n_routed_experts=128,
    n_shared_experts=1,
    num_experts_per_tok=8,
    norm_topk_prob=True,
    routed_scaling_factor=1.0,
    num_nextn_predict_layers=1,
    eos_token_ids=(151329, 151336, 151338),
    pad_token_id=151329,
    dtype_name="bfloat16",
)
_FULL = replace(
    _AIR,
    hidden_size=5120,
    num_hidden_layers=92,
    use_qk_norm=True,
    intermediate_size=12288,
    first_k_dense_replace=3,
    moe_intermediate_size=1536,
    n_routed_experts=160,
    routed_scaling_factor=2.5,
)
_NANO = replace(
    _AIR,
    vocab_size=4096,
    hidden_size=256,
    num_hidden_layers=6,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=64,
    use_qk_norm=True,
    rope_theta=10_000.0,
    max_position_embeddings=4096,
    intermediate_size=768,
    moe_intermediate_size=256,
    n_routed_experts=8,
    num_experts_per_tok=2,
    eos_token_ids=(4075, 4082, 4084),
    pad_token_id=4075,
)
_PUBLISHED: dict[str, ModelConfig] = {"air": _AIR, "full": _FULL, "nano": _NANO}


def published_config(name: PublishedName, *, num_layers: int | None = None) -> ModelConfig:
    """The geometry, cut to `num_layers` if that is given (one dense layer is kept at most).

    Raises ValueError for a number of layers that leaves no layer of experts.
    """
    config = _PUBLISHED[name]
    if num_layers is None:
        return config
    if not 2 <= num_layers <= config.num_hidden_layers:
        raise ValueError(f"{name} has 2 to {config.num_hidden_layers} layers, not {num_layers}")
    dense = min(config.first_k_dense_replace, num_layers - 1)
    return replace(config, num_hidden_layers=num_layers, first_k_dense_replace=dense)

"""A model's weights in the terms of the compiled CPU step."""

from engine.checkpoint.config import ModelConfig
from engine.kernels.cpu import DraftWeights, LayerWeights, StepGeometry, StepWeights
from engine.model.decoder_layer import DecoderLayer
from engine.model.feed_forward import MixtureOfExperts
from engine.model.glm4_moe import Glm4MoeForCausalLM


def step_geometry(config: ModelConfig, vocab_size: int) -> StepGeometry:
    """The sizes of a model of which `vocab_size` ids stand for tokens."""
    return StepGeometry(
        hidden_size=config.hidden_size,
        num_layers=config.num_hidden_layers,
        num_heads=config.num_attention_heads,
        num_kv_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        vocab_size=vocab_size,
        num_experts=config.n_routed_experts,
        top_k=config.num_experts_per_tok,
        normalize=config.norm_topk_prob,
        scaling_factor=config.routed_scaling_factor,
        epsilon=config.rms_norm_eps,
    )


def step_weights(model: Glm4MoeForCausalLM) -> StepWeights:
    """All weights, the draft layer's too if the model has them; nothing is copied."""
    mtp = model.mtp
    return StepWeights(
        embedding=model.embedding,
        layers=[_layer_weights(layer) for layer in model.layers],
        norm=model.norm,
        head=model.head_weight,
        rotary_frequencies=model.rotary_frequencies,
        draft=None
        if mtp is None
        else DraftWeights(
            embedding_norm=mtp.embedding_norm,
            hidden_norm=mtp.hidden_norm,
            projection=mtp.projection,
            layer=_layer_weights(mtp.layer),
            head_norm=mtp.head_norm,
        ),
    )


def _layer_weights(layer: DecoderLayer) -> LayerWeights:
    attention, forward = layer.attention, layer.feed_forward
    mixture = forward if isinstance(forward, MixtureOfExperts) else None
    dense = forward.shared if isinstance(forward, MixtureOfExperts) else forward
    return LayerWeights(
        input_norm=layer.input_norm,
        qkv=attention.qkv_weight,
        qkv_bias=attention.qkv_bias,
        query_norm=attention.query_norm,
        key_norm=attention.key_norm,
        output=attention.output_weight,
        post_attention_norm=layer.post_attention_norm,
        gate_up=dense.gate_up_weight,
        down=dense.down_weight,
        router=None if mixture is None else mixture.router_weight,
        correction_bias=None if mixture is None else mixture.correction_bias,
        expert_gate_up=None if mixture is None else mixture.gate_up_weights,
        expert_down=None if mixture is None else mixture.down_weights,
    )

"""What the CPU step needs to know of a model, as plain tensors and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from engine.kernels.weight import LinearWeight


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGeometry:
    """Sizes of a model; the names are those of its config.json.

    `vocab_size` counts the ids that may be drafted; the head may have more rows. `top_k` is
    num_experts_per_tok, `normalize` norm_topk_prob, `scaling_factor` routed_scaling_factor and
    `epsilon` rms_norm_eps. `num_layers` does not count the draft layer.
    """

    hidden_size: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    vocab_size: int
    num_experts: int
    top_k: int
    normalize: bool
    scaling_factor: float
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWeights:
    """One decoder layer. Vectors are of any floating type.

    qkv: q, k and v one under another, [(heads + 2 * kv_heads) * head_dim, hidden], with bias
    [the same rows] or None; output: [hidden, heads * head_dim]; query_norm, key_norm: [head_dim] or
    None. gate_up: gate over up [2 * width, hidden], down: [hidden, width]: the dense feed-forward,
    or the shared expert's if there are routed ones. expert_gate_up: [experts, 2 * width, hidden];
    expert_down: [experts, hidden, width]; router: [experts, hidden]; correction_bias: [experts].
    """

    input_norm: Tensor
    qkv: LinearWeight
    qkv_bias: Tensor | None
    query_norm: Tensor | None
    key_norm: Tensor | None
    output: LinearWeight
    post_attention_norm: Tensor
    gate_up: LinearWeight
    down: LinearWeight
    router: Tensor | None = None
    correction_bias: Tensor | None = None
    expert_gate_up: LinearWeight | None = None
    expert_down: LinearWeight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWeights:
    """The multi-token prediction layer: norms [hidden], projection [hidden, 2 * hidden] of
    (embedding, hidden state), its decoder layer, and the norm before the shared head."""

    embedding_norm: Tensor
    hidden_norm: Tensor
    projection: LinearWeight
    layer: LayerWeights
    head_norm: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWeights:
    """All weights. embedding: [vocab, hidden]; head: [head_rows, hidden];
    rotary_frequencies: fp32 [rotary_dim / 2], the angle per position of each pair."""

    embedding: Tensor
    layers: Sequence[LayerWeights]
    norm: Tensor
    head: LinearWeight
    rotary_frequencies: Tensor
    draft: DraftWeights | None = None

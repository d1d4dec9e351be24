"""What glm-nano is and how it is trained: two frozen records, the only place with these numbers.

Knows no torch. The shape is that of the first edition's trial; a recipe's digest is stored with
every checkpoint, so that a run is only ever continued by the recipe that began it.
"""

import dataclasses
import hashlib
import json
import math


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NetworkShape:
    """The sizes of a Glm4Moe network, named as in `config.json`."""

    vocab_size: int = 3072
    hidden_size: int = 256
    num_hidden_layers: int = 6
    num_attention_heads: int = 8
    num_key_value_heads: int = 2
    head_dim: int = 32
    intermediate_size: int = 768
    moe_intermediate_size: int = 256
    n_routed_experts: int = 8
    num_experts_per_tok: int = 2
    n_shared_experts: int = 1
    first_k_dense_replace: int = 1
    routed_scaling_factor: float = 1.0
    partial_rotary_factor: float = 0.5
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-5
    max_position_embeddings: int = 4096

    @property
    def rotary_dim(self) -> int:
        """How many leading dimensions of a head are rotated."""
        return int(self.head_dim * self.partial_rotary_factor)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRecipe:
    """Everything that decides the result of a run, besides the corpus.

    The learning rates rise over `warmup_fraction` of `total_tokens`, stay, and fall linearly to
    `final_rate_fraction` over the last `cooldown_fraction`: a schedule in tokens, never in time.
    """

    seed: int = 1
    total_tokens: int = 3_000_000
    batch_tokens: int = 4096
    matrix_rate: float = 0.02
    matrix_momentum: float = 0.95
    embedding_rate: float = 0.01
    head_rate: float = 0.004
    vector_rate: float = 0.004
    weight_decay: float = 0.02
    gradient_clip: float = 1.0
    warmup_fraction: float = 0.01
    cooldown_fraction: float = 0.6
    final_rate_fraction: float = 0.02
    router_bias_rate: float = 0.005
    mtp_loss_weight: float = 0.2
    tokenizer_conversations: int = 3000

    def rate_scale(self, tokens_seen: int) -> float:
        """The factor on every learning rate after `tokens_seen` tokens, in 0..1."""
        progress = min(1.0, tokens_seen / self.total_tokens)
        if progress < self.warmup_fraction:
            return max(0.05, progress / self.warmup_fraction)
        remaining = (1.0 - progress) / self.cooldown_fraction
        return max(self.final_rate_fraction, min(1.0, remaining))

    def estimate_steps(self) -> int:
        """How many optimizer steps the run takes, if every batch is full."""
        return math.ceil(self.total_tokens / self.batch_tokens)


def recipe_digest(shape: NetworkShape, recipe: TrainingRecipe) -> str:
    """A short fingerprint of a run's settings; two runs with one digest are the same run."""
    settings = [dataclasses.asdict(shape), dataclasses.asdict(recipe)]
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]

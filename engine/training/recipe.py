"""What glm-nano is and how it is trained: frozen records, the only place with these numbers.

Knows no torch. The records' defaults are a whole run's; what differs in runs that go on from a
model stands at the end. A recipe's digest is stored with every checkpoint, so that a run is only
ever continued by the recipe that began it.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NetworkShape:
    """The sizes of a Glm4Moe network, named as in `config.json`."""

    vocab_size: int = 4096
    hidden_size: int = 256
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 64
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

    The learning rates rise over `warmup_tokens`, stay, and fall linearly to `final_rate_fraction`
    over the last `cooldown_fraction` of `total_tokens`: a schedule in tokens, never in time. Before
    the fall begins, a run does not depend on `total_tokens`, so that its end may still be moved.

    The first `drill_documents` are short ones that copy what the prompt holds, in small batches:
    reading a name was begun there within 100 steps, and not within 150 of the mixture.
    After them, up to `early_documents`, most long ones end early, at one of `cut_tokens`.
    """

    seed: int = 1
    total_tokens: int = 20_000_000
    batch_tokens: int = 8192
    matrix_rate: float = 0.02
    matrix_momentum: float = 0.95
    embedding_rate: float = 0.01
    vector_rate: float = 0.004
    weight_decay: float = 0.02
    gradient_clip: float = 1.0
    warmup_tokens: int = 100_000
    cooldown_fraction: float = 0.5
    final_rate_fraction: float = 0.02
    router_bias_rate: float = 0.005
    mtp_loss_weight: float = 0.2
    drill_documents: int = 2000
    drill_batch_tokens: int = 2048
    cut_tokens: tuple[int, ...] = (100, 350)
    cut_share: float = 0.5
    early_documents: int = 26_000
    late_cut_share: float = 0.15
    tokenizer_conversations: int = 3000

    def rate_scale(self, tokens_seen: int) -> float:
        """The factor on every learning rate after `tokens_seen` tokens, in 0..1."""
        rising = max(0.05, tokens_seen / self.warmup_tokens)
        falling = (self.total_tokens - tokens_seen) / (self.total_tokens - self.cooldown_start)
        return min(1.0, rising, max(self.final_rate_fraction, falling))

    @property
    def cooldown_start(self) -> int:
        """After how many tokens the learning rates begin to fall."""
        return int(self.total_tokens * (1.0 - self.cooldown_fraction))

    def estimate_steps(self) -> int:
        """How many optimizer steps the run takes, if every batch is full."""
        return math.ceil(self.total_tokens / self.batch_tokens)


def recipe_digest(shape: NetworkShape, recipe: TrainingRecipe) -> str:
    """A short fingerprint of a run's settings, its length aside; see `TrainingRecipe`."""
    settings = [dataclasses.asdict(shape), dataclasses.asdict(recipe) | {"total_tokens": 0}]
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


# A run that begins with the weights of a whole one: gentler, without drills or cut beginnings.
FURTHER_RECIPE = dataclasses.replace(
    TrainingRecipe(),
    total_tokens=15_000_000,
    matrix_rate=0.012,
    embedding_rate=0.006,
    vector_rate=0.0024,
    warmup_tokens=200_000,
    cooldown_fraction=0.6,
    drill_documents=0,
    early_documents=0,
)
# The third goes on from what the one before it learned, as gently.
THIRD_RECIPE = dataclasses.replace(FURTHER_RECIPE, total_tokens=10_000_000)
# The fourth reads more requests and carries fewer of them out to the end: choices are what is left.
FOURTH_RECIPE = dataclasses.replace(
    FURTHER_RECIPE, total_tokens=18_000_000, late_cut_share=0.35, cut_tokens=(300, 400)
)
# The fifth reads longer talks, and documents to their end: how many pages there are is said there.
FIFTH_RECIPE = dataclasses.replace(
    FURTHER_RECIPE,
    total_tokens=3_500_000,
    matrix_rate=0.006,
    embedding_rate=0.003,
    vector_rate=0.0012,
    warmup_tokens=100_000,
    cooldown_fraction=0.8,
)
# The sixth counts by numbers that stand there, and reads requests for things more than their ends.
SIXTH_RECIPE = dataclasses.replace(
    FURTHER_RECIPE, total_tokens=14_000_000, late_cut_share=0.5, cut_tokens=(300, 400)
)
# By the name that `--edition` takes: the one from nothing first, then those that go on.
RECIPES: Mapping[str, TrainingRecipe] = {
    "second": TrainingRecipe(),
    "further": FURTHER_RECIPE,
    "third": THIRD_RECIPE,
    "fourth": FOURTH_RECIPE,
    "fifth": FIFTH_RECIPE,
    "sixth": SIXTH_RECIPE,
}

"""`config.json` and `generation_config.json` of a Glm4Moe checkpoint, read strictly.

Class defaults of other libraries differ from what the published checkpoints hold, so nothing is
assumed: a missing field is an error that names it.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.checkpoint.json_fields import JsonFields, read_json_fields, shorten
from engine.checkpoint.model_file import CHOOSE_MODEL, require_folder
from engine.errors import CheckpointError

ARCHITECTURE = "Glm4MoeForCausalLM"
DTYPE_NAMES = ("bfloat16", "float16", "float32")
# Far above every published model (GLM-4.5: 92 layers of 160 experts, 5,120 wide), and low enough
# that a hostile file cannot keep us planning for ever.
MAX_CONFIG_BYTES = 8 * 2**20
MAX_LAYERS = 1024
MAX_HEADS = 4096
MAX_WIDTH = 2**20
MAX_ROWS = 2**24
MAX_EXPERTS = 4096
MAX_ALL_EXPERTS = 2**16


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Shape and constants of a Glm4Moe model, in the vocabulary of its `config.json`."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    attention_bias: bool
    use_qk_norm: bool
    rms_norm_eps: float
    rope_theta: float
    partial_rotary_factor: float
    max_position_embeddings: int
    intermediate_size: int
    first_k_dense_replace: int
    moe_intermediate_size: int
    n_routed_experts: int
    n_shared_experts: int
    num_experts_per_tok: int
    norm_topk_prob: bool
    routed_scaling_factor: float
    num_nextn_predict_layers: int
    eos_token_ids: tuple[int, ...]
    pad_token_id: int | None
    dtype_name: str

    @property
    def rotary_dim(self) -> int:
        """How many leading values of each head turn with the position."""
        return int(self.head_dim * self.partial_rotary_factor)

    def is_dense_layer(self, layer: int) -> bool:
        """Whether a layer holds one dense MLP instead of experts."""
        return layer < self.first_k_dense_replace


@dataclass(frozen=True, slots=True)
class GenerationConfig:
    """What the checkpoint says about sampling; None means the file is silent."""

    eos_token_ids: tuple[int, ...]
    pad_token_id: int | None
    temperature: float | None
    top_p: float | None


def read_model_config(folder: Path) -> ModelConfig:
    """Read and check `config.json`; raises CheckpointError naming the field at fault."""
    require_folder(folder)
    fields = read_json_fields(folder / "config.json", MAX_CONFIG_BYTES)
    _require_architecture(fields)
    rope = _rope_fields(fields)
    vocab_size = fields.integer("vocab_size", minimum=1, maximum=MAX_ROWS)
    config = ModelConfig(
        vocab_size=vocab_size,
        hidden_size=fields.integer("hidden_size", minimum=1, maximum=MAX_WIDTH),
        num_hidden_layers=fields.integer("num_hidden_layers", minimum=1, maximum=MAX_LAYERS),
        num_attention_heads=fields.integer("num_attention_heads", minimum=1, maximum=MAX_HEADS),
        num_key_value_heads=fields.integer("num_key_value_heads", minimum=1, maximum=MAX_HEADS),
        head_dim=fields.integer("head_dim", minimum=2, maximum=MAX_HEADS),
        attention_bias=fields.boolean("attention_bias"),
        use_qk_norm=fields.boolean("use_qk_norm"),
        rms_norm_eps=fields.positive_number("rms_norm_eps"),
        rope_theta=rope.positive_number("rope_theta"),
        partial_rotary_factor=rope.positive_number("partial_rotary_factor"),
        max_position_embeddings=fields.integer(
            "max_position_embeddings", minimum=1, maximum=MAX_ROWS
        ),
        intermediate_size=fields.integer("intermediate_size", minimum=1, maximum=MAX_WIDTH),
        first_k_dense_replace=fields.integer(
            "first_k_dense_replace", minimum=0, maximum=MAX_LAYERS
        ),
        moe_intermediate_size=fields.integer("moe_intermediate_size", minimum=1, maximum=MAX_WIDTH),
        n_routed_experts=fields.integer("n_routed_experts", minimum=1, maximum=MAX_EXPERTS),
        n_shared_experts=fields.integer("n_shared_experts", minimum=1, maximum=MAX_EXPERTS),
        num_experts_per_tok=fields.integer("num_experts_per_tok", minimum=1, maximum=MAX_EXPERTS),
        norm_topk_prob=fields.boolean("norm_topk_prob"),
        routed_scaling_factor=fields.positive_number("routed_scaling_factor"),
        num_nextn_predict_layers=fields.integer("num_nextn_predict_layers", minimum=0, maximum=1),
        eos_token_ids=fields.token_ids("eos_token_id", vocab_size),
        pad_token_id=_pad_token_id(fields, vocab_size),
        dtype_name=_dtype_name(fields),
    )
    _require_supported(fields)
    _require_consistent(config, fields)
    return config


def read_generation_config(folder: Path) -> GenerationConfig:
    """Read `generation_config.json`: the ids that end an answer and the sampling it advises."""
    fields = read_json_fields(folder / "generation_config.json", MAX_CONFIG_BYTES)
    return GenerationConfig(
        eos_token_ids=fields.token_ids("eos_token_id"),
        pad_token_id=_pad_token_id(fields, None),
        temperature=fields.optional_number("temperature"),
        top_p=fields.optional_number("top_p"),
    )


def _require_architecture(fields: JsonFields) -> None:
    found = fields.require("architectures")
    if found != [ARCHITECTURE]:
        raise CheckpointError(
            f"{fields.source}: this engine runs {ARCHITECTURE} (GLM-4.5, 4.6, 4.7), not "
            f"{shorten(found)}; {CHOOSE_MODEL}."
        )


def _rope_fields(fields: JsonFields) -> JsonFields:
    """rope_theta and partial_rotary_factor: at the top, or in `rope_parameters` (newer files)."""
    parameters = fields.values.get("rope_parameters")
    if parameters is None:
        return fields
    if not isinstance(parameters, dict):
        raise fields.wrong("rope_parameters", "an object")
    if parameters.get("rope_type", "default") != "default":
        raise fields.wrong("rope_parameters", "of rope_type 'default'")
    nested = {"rope_theta", "partial_rotary_factor"} & parameters.keys()
    values = {**fields.values, **{name: parameters[name] for name in nested}}
    return JsonFields(fields.source, values)


def _pad_token_id(fields: JsonFields, vocab_size: int | None) -> int | None:
    if fields.values.get("pad_token_id") is None:
        return None
    return fields.token_ids("pad_token_id", vocab_size)[0]


def _dtype_name(fields: JsonFields) -> str:
    """The type the weights were trained in; newer files say `dtype`, older `torch_dtype`."""
    name = "dtype" if "dtype" in fields.values else "torch_dtype"
    value = fields.text(name)
    if value not in DTYPE_NAMES:
        raise fields.wrong(name, f"one of {', '.join(DTYPE_NAMES)}")
    return value


def _require_supported(fields: JsonFields) -> None:
    """Refuse variants that no published Glm4Moe checkpoint uses and this engine does not run."""
    if fields.text("hidden_act") != "silu":
        raise fields.wrong("hidden_act", "'silu'")
    if fields.boolean("tie_word_embeddings"):
        raise fields.wrong("tie_word_embeddings", "false")
    for name in ("n_group", "topk_group"):
        fields.integer(name, minimum=1, maximum=1)
    if fields.values.get("rope_scaling") is not None:
        raise fields.wrong("rope_scaling", "null")


def _require_consistent(config: ModelConfig, fields: JsonFields) -> None:
    if config.num_attention_heads % config.num_key_value_heads:
        raise fields.wrong("num_key_value_heads", "a divisor of num_attention_heads")
    if config.num_experts_per_tok > config.n_routed_experts:
        raise fields.wrong("num_experts_per_tok", "at most n_routed_experts")
    if config.first_k_dense_replace > config.num_hidden_layers:
        raise fields.wrong("first_k_dense_replace", "at most num_hidden_layers")
    if config.num_hidden_layers * config.n_routed_experts > MAX_ALL_EXPERTS:
        raise fields.wrong("n_routed_experts", f"at most {MAX_ALL_EXPERTS} over all layers")
    if config.partial_rotary_factor > 1 or config.rotary_dim < 2 or config.rotary_dim % 2:
        raise fields.wrong("partial_rotary_factor", "a share of head_dim that is an even number")

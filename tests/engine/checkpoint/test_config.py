"""config.json is read strictly: what is missing or wrong is named, nothing is assumed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.checkpoint.config import read_generation_config, read_model_config
from engine.errors import CheckpointError
from engine.protocol import ErrorCode
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint

Edit = Callable[..., Path]

NEEDED = [
    "architectures",
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "attention_bias",
    "use_qk_norm",
    "rms_norm_eps",
    "rope_theta",
    "partial_rotary_factor",
    "max_position_embeddings",
    "intermediate_size",
    "first_k_dense_replace",
    "moe_intermediate_size",
    "n_routed_experts",
    "n_shared_experts",
    "num_experts_per_tok",
    "norm_topk_prob",
    "routed_scaling_factor",
    "num_nextn_predict_layers",
    "n_group",
    "topk_group",
    "hidden_act",
    "tie_word_embeddings",
    "torch_dtype",
    "eos_token_id",
]

WRONG = {
    "architectures": ["Glm4vMoeForConditionalGeneration"],
    "vocab_size": 0,
    "hidden_size": "64",
    "num_hidden_layers": 3.5,
    "head_dim": True,
    "attention_bias": 1,
    "rms_norm_eps": -1e-5,
    "rope_theta": None,
    "partial_rotary_factor": 1.5,
    "rope_scaling": {"type": "yarn"},
    "num_key_value_heads": 4,
    "num_experts_per_tok": 9,
    "first_k_dense_replace": 4,
    "n_group": 2,
    "hidden_act": "gelu",
    "tie_word_embeddings": True,
    "torch_dtype": "int8",
    "num_nextn_predict_layers": 2,
    "eos_token_id": [1, 256],
    "pad_token_id": "no",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("published")
    write_tiny_checkpoint(folder, "air", seed=1, fp8=False, mtp=True)
    values: dict[str, object] = json.loads((folder / "config.json").read_text())
    return values


@pytest.fixture
def edited(published: dict[str, object], tmp_path: Path) -> Edit:
    """Writes the published configuration with some fields changed and some left out."""

    def write(without: tuple[str, ...] = (), **changes: object) -> Path:
        values = {**published, **changes}
        for name in without:
            del values[name]
        (tmp_path / "config.json").write_text(json.dumps(values))
        return tmp_path

    return write


def test_every_field_arrives(edited: Edit) -> None:
    config = read_model_config(edited(eos_token_id=[250, 251], pad_token_id=250))
    assert (config.hidden_size, config.num_attention_heads, config.head_dim) == (64, 6, 16)
    assert (config.rotary_dim, config.rope_theta) == (8, 1_000_000.0)
    assert config.eos_token_ids == (250, 251)
    assert config.pad_token_id == 250
    assert config.dtype_name == "bfloat16"
    assert [config.is_dense_layer(layer) for layer in range(3)] == [True, False, False]


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_field_is_named(edited: Edit, name: str) -> None:
    with pytest.raises(CheckpointError, match=f"no field '{name}'") as caught:
        read_model_config(edited(without=(name,)))
    assert caught.value.code is ErrorCode.CHECKPOINT_INVALID


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_refused_by_name(edited: Edit, name: str) -> None:
    named = "Glm4vMoe" if name == "architectures" else f"'{name}'"
    with pytest.raises(CheckpointError, match=named):
        read_model_config(edited(**{name: WRONG[name]}))


def test_rope_values_may_lie_in_rope_parameters(edited: Edit) -> None:
    parameters = {"rope_type": "default", "rope_theta": 5000.0, "partial_rotary_factor": 0.25}
    folder = edited(without=("rope_theta", "partial_rotary_factor"), rope_parameters=parameters)
    config = read_model_config(folder)
    assert (config.rope_theta, config.rotary_dim) == (5000.0, 4)


def test_a_scaled_rope_is_refused(edited: Edit) -> None:
    parameters = {"rope_type": "yarn", "rope_theta": 5000.0, "partial_rotary_factor": 0.5}
    with pytest.raises(CheckpointError, match="rope_parameters"):
        read_model_config(edited(rope_parameters=parameters))


def test_dtype_may_have_its_newer_name(edited: Edit) -> None:
    folder = edited(without=("torch_dtype",), dtype="float32")
    assert read_model_config(folder).dtype_name == "float32"


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"'])
def test_a_file_that_is_no_json_object_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        read_model_config(tmp_path)


def test_a_folder_without_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"config\.json is missing"):
        read_model_config(tmp_path)


def test_generation_values_may_be_silent_or_spoken(tmp_path: Path) -> None:
    path = tmp_path / "generation_config.json"
    path.write_text('{"eos_token_id": 7}')
    silent = read_generation_config(tmp_path)
    assert (silent.eos_token_ids, silent.pad_token_id) == ((7,), None)
    assert (silent.temperature, silent.top_p) == (None, None)
    path.write_text('{"eos_token_id": [7, 8], "pad_token_id": 7, "temperature": 1, "top_p": 0.9}')
    spoken = read_generation_config(tmp_path)
    assert (spoken.eos_token_ids, spoken.pad_token_id) == ((7, 8), 7)
    assert (spoken.temperature, spoken.top_p) == (1.0, 0.9)


def test_generation_values_need_an_end_of_text(tmp_path: Path) -> None:
    (tmp_path / "generation_config.json").write_text('{"eos_token_id": []}')
    with pytest.raises(CheckpointError, match="eos_token_id"):
        read_generation_config(tmp_path)

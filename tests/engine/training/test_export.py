"""The exported folder: what the engine's strict loader reads, and what it then computes."""

import json
from pathlib import Path

import pytest
import torch

from engine.checkpoint.config import read_generation_config, read_model_config
from engine.checkpoint.formats import dequantize, pair_fp8
from engine.checkpoint.tensor_index import read_tensor_index
from engine.model.loading import load_model
from engine.training import export
from engine.training.export import export_model, is_quantized, published_tensors, quantize_rows
from engine.training.model_card import write_model_card
from engine.training.text_files import TEXT_FILES
from engine.training.trainer import Trainer
from tests.engine.model.stepper import Stepper
from tests.engine.training.tiny_run import TINY_SHAPE, make_trainer


def make_text_files(folder: Path) -> Path:
    for name in TEXT_FILES:
        (folder / name).write_text("{}")
    generation = {"eos_token_id": [61, 62, 63], "pad_token_id": 61}
    (folder / "generation_config.json").write_text(json.dumps(generation))
    return folder


def round_as_stored(trainer: Trainer) -> None:
    """Give the network the very numbers that the file will hold."""
    with torch.no_grad():
        for name, tensor in export.unstacked_parameters(trainer.network):
            if is_quantized(name, tensor):
                tensor.copy_(dequantize(pair_fp8(*quantize_rows(tensor)), torch.float32))
            elif not name.endswith("e_score_correction_bias"):
                tensor.copy_(tensor.bfloat16())


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trainer, Path]:
    trainer = make_trainer()
    for _ in range(12):
        trainer.step()
    round_as_stored(trainer)
    folder = tmp_path_factory.mktemp("exported")
    export_model(trainer, make_text_files(tmp_path_factory.mktemp("text")), folder)
    return trainer, folder


def test_the_engine_computes_what_the_network_computes(exported: tuple[Trainer, Path]) -> None:
    trainer, folder = exported
    ids = [(7 * place) % 64 for place in range(50)]
    network = trainer.network
    with torch.no_grad():
        layout = network.lay_out((len(ids),), torch.float32)
        hidden = network(network.embed(torch.tensor(ids), torch.float32), layout)
        expected = hidden @ network.head_weight.bfloat16().float().t()
    logits = Stepper(load_model(folder, with_mtp=True), 1).step({0: ids})[0]
    assert expected.std() > 0.1
    torch.testing.assert_close(logits, expected, atol=1e-4, rtol=1e-3)


def test_the_configuration_is_complete_for_the_strict_reader(
    exported: tuple[Trainer, Path],
) -> None:
    config = read_model_config(exported[1])
    assert config.hidden_size == TINY_SHAPE.hidden_size
    assert config.routed_scaling_factor == TINY_SHAPE.routed_scaling_factor
    assert config.use_qk_norm
    assert config.num_nextn_predict_layers == 1
    assert config.eos_token_ids == (61, 62, 63)
    assert read_generation_config(exported[1]).eos_token_ids == (61, 62, 63)


def test_linears_are_fp8_with_row_scales_and_the_rest_is_not(
    exported: tuple[Trainer, Path],
) -> None:
    index = read_tensor_index(exported[1])
    expert = "model.layers.1.mlp.experts.3.gate_proj.weight"
    assert index[expert].dtype == "F8_E4M3"
    assert index[f"{expert}_scale"].shape == (TINY_SHAPE.moe_intermediate_size, 1)
    mtp = f"model.layers.{TINY_SHAPE.num_hidden_layers}"
    for name in ("lm_head", "model.embed_tokens", "model.layers.2.mlp.gate", f"{mtp}.eh_proj"):
        assert index[f"{name}.weight"].dtype == "BF16"
    assert index["model.layers.1.mlp.gate.e_score_correction_bias"].dtype == "F32"
    assert not any(f"{mtp}.embed_tokens" in name for name in index)
    ignored = json.loads((exported[1] / "config.json").read_text())["quantization_config"]["ignore"]
    for name in index:
        linear = name.removesuffix(".weight")
        if name.endswith("_proj.weight") or linear in ignored:
            assert (linear in ignored) == (index[name].dtype == "BF16")


def test_a_row_keeps_its_largest_value_and_small_errors() -> None:
    weight = torch.randn(8, 64, generator=torch.Generator().manual_seed(1))
    weight[3] *= 1000.0
    weight[5] = 0.0
    data, scale = quantize_rows(weight)
    restored = dequantize(pair_fp8(data, scale), torch.float32)
    assert scale.shape == (8, 1)
    torch.testing.assert_close(restored.abs().amax(1), weight.abs().amax(1))
    assert ((restored - weight).abs() <= weight.abs() / 16 + scale / 512).all()


def test_large_models_are_cut_into_files_with_an_index(
    exported: tuple[Trainer, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "SHARD_BYTES", 20_000)
    tensors = published_tensors(exported[0].network)
    export.write_shards(tmp_path, tensors)
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 2
    assert set(read_tensor_index(tmp_path)) == set(tensors)


def test_the_model_card_tells_tokens_and_seed_and_takes_scores(
    exported: tuple[Trainer, Path], tmp_path: Path
) -> None:
    card = (exported[1] / "README.md").read_text()
    assert f"{exported[0].state.tokens_seen:,} tokens" in card
    assert "--seed 3" in card
    assert "Not evaluated yet" in card
    count = {"right": 19, "total": 20}
    scores = {
        **count,
        "temperature": 0.0,
        "families": {"badge": count},
        "first_time": {"right": 7, "total": 8},
        "copying": {"right": 480, "total": 500},
        "written": {"right": 5, "total": 6},
        "in_talk": {"right": 50, "total": 66},
        "talks": {"right": 40, "total": 43},
    }
    (tmp_path / "evaluation.json").write_text(json.dumps(scores))
    write_model_card(tmp_path, exported[0])
    scored = (tmp_path / "README.md").read_text()
    assert "| `badge` | 19 of 20 |" in scored
    assert "copied exactly: 480 of 500" in " ".join(scored.split())
    assert "* Other cases in the middle of a talk: 50 of 66.\n" in scored
    assert scored.count("40 of 43") == 1

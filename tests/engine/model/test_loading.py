"""Where weights land: fused, exact where it matters, with and without the MTP layer."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint.config import read_model_config
from engine.errors import CheckpointError
from engine.model.feed_forward import MixtureOfExperts
from engine.model.loading import load_model, plan_weights
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint


def rewrite(folder: Path, without: tuple[str, ...]) -> None:
    tensors = load_file(folder / "model.safetensors")
    for name in without:
        del tensors[name]
    save_file(tensors, folder / "model.safetensors")


def test_the_correction_bias_arrives_bit_for_bit_in_a_bf16_model(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=41, fp8=True, mtp=False)
    stored = load_file(tmp_path / "model.safetensors")
    experts = load_model(tmp_path, dtype=torch.bfloat16).layers[1].feed_forward
    assert isinstance(experts, MixtureOfExperts)
    bias = stored["model.layers.1.mlp.gate.e_score_correction_bias"]
    assert experts.correction_bias.dtype == torch.float32
    assert torch.equal(experts.correction_bias, bias)
    assert not torch.equal(bias, bias.bfloat16().float())
    assert experts.router_weight.dtype == torch.float32


def test_projections_are_fused_in_order(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "full", seed=42, fp8=False, mtp=False)
    stored = load_file(tmp_path / "model.safetensors")
    layer = load_model(tmp_path).layers[3]
    names = [f"model.layers.3.self_attn.{part}_proj" for part in ("q", "k", "v")]
    weights = torch.cat([stored[f"{name}.weight"] for name in names]).float()
    assert torch.equal(layer.attention.qkv_weight.data, weights)
    assert layer.attention.qkv_bias is not None
    biases = torch.cat([stored[f"{name}.bias"] for name in names]).float()
    assert torch.equal(layer.attention.qkv_bias, biases)
    experts = layer.feed_forward
    assert isinstance(experts, MixtureOfExperts)
    parts = [stored[f"model.layers.3.mlp.experts.5.{part}_proj.weight"] for part in ("gate", "up")]
    assert torch.equal(experts.gate_up_weights.data[5], torch.cat(parts).float())


@pytest.mark.parametrize("copies", [True, False])
def test_the_mtp_layer_is_checked_and_kept_only_on_demand(tmp_path: Path, copies: bool) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=43, fp8=True, mtp=True, mtp_copies=copies)
    assert load_model(tmp_path).mtp is None
    mtp = load_model(tmp_path, with_mtp=True).mtp
    assert mtp is not None
    stored = load_file(tmp_path / "model.safetensors")
    assert torch.equal(mtp.projection.data, stored["model.layers.3.eh_proj.weight"].float())
    assert isinstance(mtp.layer.feed_forward, MixtureOfExperts)


def test_an_incomplete_mtp_layer_is_refused_also_when_it_is_not_kept(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=44, fp8=True, mtp=True)
    missing = ("model.layers.3.hnorm.weight", "model.layers.3.shared_head.norm.weight")
    rewrite(tmp_path, missing)
    with pytest.raises(CheckpointError) as caught:
        load_model(tmp_path)
    assert all(name in caught.value.message for name in missing)


def test_a_checkpoint_without_the_announced_mtp_layer_loads_with_a_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=45, fp8=True, mtp=False)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_nextn_predict_layers": 1}))
    with caplog.at_level(logging.WARNING, logger="engine.model.loading"):
        model = load_model(tmp_path, with_mtp=True)
    assert model.mtp is None
    assert "no MTP layer model.layers.3." in caplog.text


def test_an_mtp_layer_that_is_not_announced_is_unexpected(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=46, fp8=True, mtp=True)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_nextn_predict_layers": 0}))
    with pytest.raises(CheckpointError, match=r"unexpected: model\.layers\.3\."):
        load_model(tmp_path)


def test_memory_is_planned_to_the_byte(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=47, fp8=False, mtp=False)
    config = read_model_config(tmp_path)
    stored = load_file(tmp_path / "model.safetensors")
    routers = sum(tensor.numel() for name, tensor in stored.items() if ".mlp.gate." in name)
    numbers = sum(tensor.numel() for tensor in stored.values())
    assert plan_weights(config, torch.float32).model == 4 * numbers
    assert plan_weights(config, torch.bfloat16).model == 2 * numbers + 2 * routers


def test_planning_a_model_loads_no_symbolic_mathematics(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "full", seed=47, fp8=False, mtp=True)
    code = (
        "import sys, torch; from pathlib import Path;"
        "from engine.checkpoint.config import read_model_config;"
        "from engine.model.loading import plan_weights;"
        "plan_weights(read_model_config(Path(sys.argv[1])), torch.float32, with_mtp=True);"
        "sys.exit('sympy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)

"""Noise in a published geometry: the right shapes and formats, finite numbers, even routing."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.checkpoint.config import read_model_config
from engine.model.feed_forward import MixtureOfExperts
from engine.model.published import published_config
from engine.model.random_weights import RandomModel
from engine.model.weight_options import WeightOptions
from tests.engine.model.stepper import Stepper, random_prompt

GLM_NANO = Path(__file__).parents[3] / "models" / "glm-nano"
CPU = torch.device("cpu")
KEPT = WeightOptions(device=CPU, dtype=torch.bfloat16, keep_fp8=True, with_mtp=True)


def test_nano_is_the_geometry_of_the_shipped_checkpoint() -> None:
    assert published_config("nano") == read_model_config(GLM_NANO)


def test_the_published_models_have_the_published_sizes() -> None:
    """Parameter counts of research/engine.md, section 1.6, without the draft layer."""
    for name, billions in (("air", 106.9), ("full", 352.8)):
        config = published_config(name)  # type: ignore[arg-type]
        planned = RandomModel(config, stored_fp8=False).plan(
            WeightOptions(device=CPU, dtype=torch.bfloat16)
        )
        assert planned.model / 2e9 == pytest.approx(billions, abs=0.1)
        assert planned.mtp == 0


def test_air_in_eight_bits_takes_what_its_fp8_checkpoint_takes() -> None:
    planned = RandomModel(published_config("air")).plan(KEPT)
    assert planned.model / 1e9 == pytest.approx(108.1, abs=0.3)
    assert planned.mtp / 1e9 == pytest.approx(2.4, abs=0.1)


def test_every_number_is_finite_and_activations_stay_so() -> None:
    model = RandomModel(published_config("nano")).load(KEPT)
    layer = model.layers[3].feed_forward
    assert isinstance(layer, MixtureOfExperts)
    assert layer.gate_up_weights.data.dtype == torch.float8_e4m3fn
    widened = layer.gate_up_weights.widened(torch.float32)
    assert widened.isfinite().all()
    assert widened.std().item() == pytest.approx(256**-0.5, rel=0.05)
    logits = Stepper(model, 1).step({0: random_prompt(50, seed=1)})[0]
    assert logits.isfinite().all()
    assert 0.1 < logits.std().item() < 10
    assert model.mtp is not None


def test_the_same_seed_gives_the_same_noise_and_no_two_weights_are_alike() -> None:
    config = published_config("nano", num_layers=2)
    options = replace(KEPT, keep_fp8=False, with_mtp=False, dtype=torch.float32)
    first, again = (RandomModel(config).load(options) for _ in range(2))
    other = RandomModel(config, seed=1).load(options)
    assert torch.equal(first.head_weight.data, again.head_weight.data)
    assert not torch.equal(first.head_weight.data, other.head_weight.data)
    experts = first.layers[1].feed_forward
    assert isinstance(experts, MixtureOfExperts)
    assert not torch.equal(experts.down_weights.data[0], experts.down_weights.data[1])


def test_experts_are_chosen_about_evenly() -> None:
    model = RandomModel(published_config("nano", num_layers=2)).load(KEPT)
    experts = model.layers[1].feed_forward
    assert isinstance(experts, MixtureOfExperts)
    rows = torch.randn(2000, 256, generator=torch.Generator().manual_seed(2))
    chosen = (rows @ experts.router_weight.T).topk(2).indices.flatten().bincount(minlength=8)
    assert chosen.min() > 250


def test_a_geometry_is_cut_to_a_number_of_layers() -> None:
    cut = published_config("full", num_layers=2)
    assert (cut.num_hidden_layers, cut.first_k_dense_replace) == (2, 1)
    assert published_config("full", num_layers=10).first_k_dense_replace == 3
    for wrong in (1, 93):
        with pytest.raises(ValueError, match="full has 2 to 92 layers"):
            published_config("full", num_layers=wrong)

"""A run that begins with an exported model begins with what that model knows."""

from pathlib import Path

import pytest
import torch

from engine.training.export import WeightFormat, export_model, published_tensors
from engine.training.network import Glm4MoeNetwork
from engine.training.recipe import NetworkShape
from engine.training.warm_start import load_weights
from tests.engine.training.test_export import make_text_files
from tests.engine.training.tiny_run import TINY_SHAPE, make_trainer


@pytest.mark.parametrize("weights", list(WeightFormat))
def test_what_is_exported_is_taken_up_again(tmp_path: Path, weights: WeightFormat) -> None:
    trainer = make_trainer()
    for _ in range(3):
        trainer.step()
    text = tmp_path / "text"
    text.mkdir()
    export_model(trainer, make_text_files(text), tmp_path / "model", weights)
    network = Glm4MoeNetwork(TINY_SHAPE)
    load_weights(network, tmp_path / "model")
    before, after = published_tensors(trainer.network, weights), published_tensors(network, weights)
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert torch.allclose(tensor.float(), after[name].float(), rtol=0.01, atol=0.002), name


def test_a_model_of_other_sizes_is_refused_by_name(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.mkdir()
    export_model(make_trainer(), make_text_files(text), tmp_path / "model")
    with pytest.raises(ValueError, match="look at model"):
        load_weights(Glm4MoeNetwork(NetworkShape()), tmp_path / "model")

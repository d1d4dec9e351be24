"""A tiny model with its draft layer, as it is loaded."""

import pytest

from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint


@pytest.fixture(scope="package")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Glm4MoeForCausalLM:
    folder = tmp_path_factory.mktemp("graphs")
    write_tiny_checkpoint(folder, "air", seed=4, fp8=False, mtp=True)
    return load_model(folder, with_mtp=True)

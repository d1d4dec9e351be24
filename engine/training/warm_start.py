"""Begins a run with the weights of an exported model: what was learned is kept, and more can be.

The optimizers and the documents begin anew, and what the export has rounded stays rounded.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.training.export import unstacked_parameters
from engine.training.network import Glm4MoeNetwork

INDEX_FILE = "model.safetensors.index.json"


def load_weights(network: Glm4MoeNetwork, model: Path) -> None:
    """Fill the network from the exported folder `model`.

    Raises ValueError naming the first tensor that is missing or of another shape: the model was
    exported from a network of other sizes.
    """
    stored = _read_tensors(model)
    with torch.no_grad():
        for name, tensor in unstacked_parameters(network):
            found = stored.get(name)
            if found is None or found.shape != tensor.shape:
                raise ValueError(f"{model} does not fit this recipe: look at {name}")
            tensor.copy_(found)


def _read_tensors(model: Path) -> dict[str, Tensor]:
    """Every tensor in fp32, FP8 ones by their scales."""
    index = json.loads((model / INDEX_FILE).read_text(encoding="utf-8"))
    stored: dict[str, Tensor] = {}
    for file in sorted(set(index["weight_map"].values())):
        stored |= load_file(model / file)
    return {
        name: tensor.float() * stored.get(f"{name}_scale", torch.ones(())).float()
        for name, tensor in stored.items()
    }

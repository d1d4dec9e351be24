"""A tiny checkpoint in the published form, so that whole products start within seconds."""

import json
from pathlib import Path

import pytest

from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-glm"
    vocabulary = write_tiny_tokenizer(folder)
    generation = (folder / "generation_config.json").read_text()
    ends = tuple(json.loads(generation)["eos_token_id"])
    write_tiny_checkpoint(
        folder, "air", seed=7, fp8=True, mtp=True, vocab_size=vocabulary, eos_token_ids=ends
    )
    (folder / "generation_config.json").write_text(generation)
    return folder

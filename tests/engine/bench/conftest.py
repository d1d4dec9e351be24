"""A checkpoint that every command of the benchmark can run in a moment."""

from pathlib import Path

import pytest

from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer


@pytest.fixture(scope="session")
def fp8_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FP8 weights; no padding rows, since the peer would draw from them."""
    folder = tmp_path_factory.mktemp("bench")
    vocab_size = write_tiny_tokenizer(folder)
    write_tiny_checkpoint(folder, "full", seed=2, fp8=True, mtp=True, vocab_size=vocab_size)
    write_tiny_tokenizer(folder)
    return folder

"""A tiny checkpoint in the published form, so that whole products start within seconds."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer
from tests.stack.installation import Installation, read_line, stop


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


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Installation]:
    """One installation that runs for all tests that only talk to it."""
    one = Installation(tmp_path_factory.mktemp("running"), tiny_model)
    serve = one.serve()
    assert read_line(serve) == f"Atelier is ready at {one.url}\n"
    yield one
    assert stop(serve, signal.SIGTERM) == (0, "")
    assert one.processes() == []

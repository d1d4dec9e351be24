"""A tiny checkpoint with tokenizer and template, in the published form."""

from pathlib import Path

import pytest

from tests.engine.engines import write_checkpoint


@pytest.fixture(scope="session")
def checkpoint_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-checkpoint")
    write_checkpoint(folder)
    return folder

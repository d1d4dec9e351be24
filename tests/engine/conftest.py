"""A tiny checkpoint with tokenizer and template, in the published form."""

from pathlib import Path

import pytest

from engine.model.kv_storage import KVStorage
from tests.engine.engines import write_checkpoint


@pytest.fixture(scope="session")
def checkpoint_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-checkpoint")
    write_checkpoint(folder)
    return folder


@pytest.fixture
def caches(monkeypatch: pytest.MonkeyPatch) -> list[KVStorage]:
    """The caches of the engines that are built in a test."""
    built: list[KVStorage] = []
    build = KVStorage.__init__

    def note(self: KVStorage, **arguments: object) -> None:
        build(self, **arguments)  # type: ignore[arg-type]
        built.append(self)

    monkeypatch.setattr(KVStorage, "__init__", note)
    return built

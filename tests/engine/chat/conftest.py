from pathlib import Path

import pytest

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.testing.tiny_tokenizer import write_tiny_tokenizer


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-tokenizer")
    write_tiny_tokenizer(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tiny_folder: Path) -> ChatTokenizer:
    return ChatTokenizer.from_folder(tiny_folder)


@pytest.fixture(scope="session")
def template(tiny_folder: Path) -> ChatTemplate:
    return ChatTemplate.from_folder(tiny_folder)

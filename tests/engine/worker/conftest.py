from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from redis import Redis
from safetensors.torch import load_file, save_file

from engine.chat.tokenizer import ChatTokenizer
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer
from tests.engine.worker.redis_server import RedisServer

# Long enough for an answer that is still being written seconds later.
CONTEXT_LENGTH = 32_768


@pytest.fixture(scope="session")
def shared_server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A server of the test's own, to be killed."""
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def redis(shared_server: RedisServer) -> Redis:
    client: Any = shared_server.client()
    client.flushall()
    return cast("Redis", client)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-air"
    tokenizer_folder = tmp_path_factory.mktemp("tokenizer")
    vocabulary = write_tiny_tokenizer(tokenizer_folder)
    write_tiny_checkpoint(
        folder,
        "air",
        seed=5,
        fp8=True,
        mtp=False,
        vocab_size=vocabulary,
        max_position_embeddings=CONTEXT_LENGTH,
    )
    write_tiny_tokenizer(folder)
    never_end_by_itself(folder)
    return folder


def never_end_by_itself(folder: Path) -> None:
    """Makes the stop tokens, and the end of a thinking, so unlikely that both are as long as they
    may be."""
    tensors = load_file(folder / "model.safetensors")
    head = tensors["lm_head.weight"]
    tokenizer = ChatTokenizer.from_folder(folder)
    head[[*tokenizer.stop_token_ids, tokenizer.special_id("</think>")]] = 0.0
    save_file(tensors, folder / "model.safetensors")

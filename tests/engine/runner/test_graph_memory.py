"""The memory that is set aside for recorded steps."""

from pathlib import Path

import pytest

from engine.checkpoint.config import ModelConfig, read_model_config
from engine.runner.graph_memory import graph_reserve_bytes
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint


@pytest.fixture
def config(tmp_path: Path) -> ModelConfig:
    write_tiny_checkpoint(tmp_path, "air", seed=1, fp8=False, mtp=True)
    return read_model_config(tmp_path)


def test_larger_steps_need_more(config: ModelConfig) -> None:
    small = graph_reserve_bytes(config, max_batch=1, max_drafts=0)
    assert small < graph_reserve_bytes(config, max_batch=1, max_drafts=1)
    assert small < graph_reserve_bytes(config, max_batch=2, max_drafts=0)


def test_the_logits_of_the_largest_step_fit_in(config: ModelConfig) -> None:
    reserve = graph_reserve_bytes(config, max_batch=64, max_drafts=3)
    logits = 256 * config.vocab_size * 4
    assert reserve > logits

"""The share of the roofline: what was read in a second of what could be."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from engine.checkpoint.config import ModelConfig, read_model_config
from engine.model.roofline import weights_per_step
from engine.protocol import WorkerState, WorkerStatus
from engine.worker.heartbeat import idle_status
from engine.worker.roofline_meter import RooflineMeter

MODEL = Path(__file__).parents[3] / "models/glm-nano"


@pytest.fixture(scope="module")
def config() -> ModelConfig:
    return read_model_config(MODEL)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def status(**figures: Any) -> WorkerStatus:
    idle = idle_status(worker_id="a", model="m", state=WorkerState.READY, reason="", started_at=0.0)
    return dataclasses.replace(idle, **figures)


def meter(config: ModelConfig, clock: Clock, read_speed: float) -> RooflineMeter:
    return RooflineMeter(
        config, bytes_per_weight=1.0, bytes_per_block=1000, read_speed=read_speed, clock=clock
    )


def test_one_sequence_reads_its_weights_and_its_blocks_for_every_token(config: ModelConfig) -> None:
    clock = Clock()
    speed = (weights_per_step(config, 1) + 3000) * 400
    found = meter(config, clock, speed)
    clock.now = 2.0
    share = found.read(status(running=1, generated_tokens=200, kv_blocks_used=3))
    assert share == pytest.approx(0.25)


def test_several_rows_share_a_step(config: ModelConfig) -> None:
    clock = Clock()
    found = meter(config, clock, weights_per_step(config, 4) * 100)
    clock.now = 1.0
    assert found.read(status(running=4, generated_tokens=200)) == pytest.approx(0.5)


def test_a_token_that_a_draft_foresaw_needed_no_step(config: ModelConfig) -> None:
    clock = Clock()
    found = meter(config, clock, weights_per_step(config, 1) * 100)
    clock.now = 1.0
    drafted = status(running=1, generated_tokens=80, accepted_draft_tokens=30)
    assert found.read(drafted) == pytest.approx(0.5)


def test_nothing_is_said_of_a_time_without_decoding_and_never_more_than_all(
    config: ModelConfig,
) -> None:
    clock = Clock()
    found = meter(config, clock, 1.0)
    clock.now = 1.0
    assert found.read(status(running=1, generated_tokens=5)) == 1.0
    clock.now = 1.1
    assert found.read(status(running=1, generated_tokens=5)) == 1.0, "too soon to measure anew"
    clock.now = 2.0
    assert found.read(status(running=0, generated_tokens=5)) is None

"""How near decoding comes to the speed at which the device reads: the share of the roofline.

A decode step has to read the weights that its tokens meet and the keys and values of every running
sequence. What is read in a second, divided by what the device can read in a second, is the share.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from engine.checkpoint.config import ModelConfig
from engine.llm_engine import LLMEngine
from engine.model.roofline import measure_read_speed, weights_per_step
from engine.protocol import WorkerStatus

# Shorter than the time between two heartbeats, longer than what says nothing.
LEAST_SECONDS = 0.5
# More would not fit beside the KV cache of a full device, and this is larger than any cache on it.
MOST_PROBED_BYTES = 2**28
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Mark:
    at: float
    row_steps: int


class RooflineMeter:
    """Read at each heartbeat; `read_speed` is in bytes per second."""

    def __init__(
        self,
        config: ModelConfig,
        *,
        bytes_per_weight: float,
        bytes_per_block: int,
        read_speed: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._bytes_per_weight = bytes_per_weight
        self._bytes_per_block = bytes_per_block
        self._read_speed = read_speed
        self._clock = clock
        self._mark = _Mark(clock(), 0)
        self._share: float | None = None

    @classmethod
    def of_engine(cls, engine: LLMEngine, config: ModelConfig) -> "RooflineMeter | None":
        """Measures how fast the device reads a block of the active weights' size; None where there
        is no memory left for that block."""
        facts = engine.facts
        active_bytes = int(weights_per_step(config, 1) * facts.bytes_per_weight)
        try:
            speed = measure_read_speed(
                torch.device(facts.device), min(active_bytes, MOST_PROBED_BYTES)
            )
        except (RuntimeError, MemoryError) as error:
            logger.warning("The device's bandwidth was not measured: %s", type(error).__name__)
            return None
        return cls(
            config,
            bytes_per_weight=facts.bytes_per_weight,
            bytes_per_block=engine.kv_bytes_per_block,
            read_speed=speed,
        )

    def read(self, status: WorkerStatus) -> float | None:
        """The share since the last reading, from 0 to 1; None where nothing was decoded."""
        now = self._clock()
        seconds = now - self._mark.at
        if seconds < LEAST_SECONDS:
            return self._share
        # A token that a draft foresaw needed no step of its own.
        row_steps = status.generated_tokens - status.accepted_draft_tokens
        decoded = row_steps - self._mark.row_steps
        self._mark = _Mark(now, row_steps)
        self._share = self._measure(status, decoded / seconds) if decoded > 0 else None
        return self._share

    def _measure(self, status: WorkerStatus, row_steps_per_second: float) -> float:
        rows = max(1, status.running)
        step_bytes = weights_per_step(self._config, rows) * self._bytes_per_weight
        step_bytes += status.kv_blocks_used * self._bytes_per_block
        return min(1.0, step_bytes * row_steps_per_second / rows / self._read_speed)

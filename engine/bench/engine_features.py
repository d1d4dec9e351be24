"""What the benchmark uses of the engine's options and counters that not every version has."""

import dataclasses
from dataclasses import dataclass

import torch

from engine.errors import EngineError
from engine.llm_engine import EngineOptions, EngineStats, LLMEngine
from engine.protocol import ErrorCode


@dataclass(frozen=True, slots=True)
class DraftCounts:
    """Draft tokens so far: proposed, and taken into answers."""

    drafted: int
    accepted: int


def engine_options(
    *, batch: int, threads: int | None, max_drafts: int | None = None
) -> EngineOptions:
    """Options for `batch` answers at once; `max_drafts` None is the engine's own default.

    Raises EngineError where drafts are asked for and the engine has none.
    """
    options = EngineOptions(max_running=batch, max_waiting=batch, cpu_threads=threads)
    if max_drafts is None:
        return options
    if "max_drafts" not in {field.name for field in dataclasses.fields(EngineOptions)}:
        if max_drafts == 0:
            return options
        raise EngineError(ErrorCode.INVALID_REQUEST, "This engine drafts no tokens.")
    return dataclasses.replace(options, **{"max_drafts": max_drafts})


def draft_counts(stats: EngineStats) -> DraftCounts:
    """How many tokens were drafted and accepted; none by an engine without drafts."""
    return DraftCounts(
        drafted=getattr(stats, "drafted_tokens", 0), accepted=getattr(stats, "accepted_tokens", 0)
    )


def host_ms_per_step(stats: EngineStats) -> float | None:
    """Milliseconds of Python per step that no computing hides; None if nobody counts them."""
    value = getattr(stats, "host_ms_per_step", None)
    return None if value is None else float(value)


def bytes_per_weight(engine: LLMEngine) -> float:
    """Bytes of one weight of a matrix as a step reads it; the engine may know better than dtype."""
    return float(getattr(engine, "bytes_per_weight", _itemsize(engine)))


def kv_itemsize(engine: LLMEngine) -> int:
    """Bytes of one number of the KV cache."""
    return int(getattr(engine, "kv_itemsize", _itemsize(engine)))


def _itemsize(engine: LLMEngine) -> int:
    dtype: torch.dtype = getattr(torch, engine.dtype_name)
    return dtype.itemsize

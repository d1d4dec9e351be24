"""Who takes part in a benchmark, and what it is asked to do: plain data, without torch.

It goes as JSON to resident processes, of which some run in another interpreter than ours.
"""

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from engine.bench.measurement import Round

Prompts = tuple[tuple[int, ...], ...]


class Kind(StrEnum):
    """The programs that can be compared."""

    ENGINE = "engine"
    TRANSFORMERS = "transformers"
    LLAMA_CPP = "llama.cpp"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestantSpec:
    """How to start one contestant.

    `model` is a checkpoint folder, for llama.cpp a GGUF file. `variant` is what the peer is to use:
    a dtype for transformers, the loop ("generate" or "batch") for llama.cpp. `threads` None lets
    the contestant choose; `max_drafts` None is the engine's own default, and `forced_drafts` makes
    as many in every step. With `random_weights` the folder holds none, and noise takes their place.
    """

    kind: Kind
    name: str
    model: str
    device: str = "cpu"
    dtype: str = "auto"
    variant: str = ""
    threads: int | None = None
    batch: int = 1
    context_tokens: int = 4096
    max_drafts: int | None = None
    forced_drafts: bool = False
    random_weights: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a contestant says of itself when it is ready."""

    name: str
    device: str
    dtype: str
    threads: int
    bytes_per_weight: float
    kv_itemsize: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One batch to answer. `temperature` None is what the checkpoint advises.

    Answers have exactly `new_tokens` tokens, unless `may_stop` lets the model end them sooner.
    """

    prompts: Prompts
    new_tokens: int
    temperature: float | None = 0.0
    seed: int = 0
    may_stop: bool = False


class Contestant(Protocol):
    """Something that generates and can be timed."""

    @property
    def facts(self) -> Facts:
        """What it is and how it computes."""

    def measure(self, workload: Workload) -> Round:
        """Answer all prompts at once."""


def to_json(record: ContestantSpec | Facts | Workload | Round) -> str:
    """One line that holds the record."""
    return json.dumps(dataclasses.asdict(record))


def spec_from_json(text: str) -> ContestantSpec:
    """The inverse of `to_json`."""
    fields = json.loads(text)
    return ContestantSpec(**fields | {"kind": Kind(fields["kind"])})


def facts_from_json(text: str) -> Facts:
    """The inverse of `to_json`."""
    return Facts(**json.loads(text))


def workload_from_json(text: str) -> Workload:
    """The inverse of `to_json`."""
    fields = json.loads(text)
    return Workload(**fields | {"prompts": _nested(fields["prompts"])})


def round_from_json(text: str) -> Round:
    """The inverse of `to_json`."""
    fields = json.loads(text)
    times = {name: tuple(fields[name]) for name in ("step_times", "step_tokens")}
    return Round(**fields | times | {"answers": _nested(fields["answers"])})


def _nested(lists: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(one) for one in lists)

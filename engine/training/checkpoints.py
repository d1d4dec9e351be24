"""Where a run stands, on disk: safetensors for every tensor, JSON for the rest, replaced whole.

A checkpoint appears under its final name only when complete, so a run that is killed at any
moment goes on from the last one.
"""

import dataclasses
import json
import os
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

STATE_FILE, TENSOR_FILE = "state.json", "tensors.safetensors"
KEPT = 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """What a run depends on besides its tensors. `position` numbers the next document."""

    digest: str
    total_tokens: int
    seed: int
    step: int = 0
    tokens_seen: int = 0
    trained_tokens_seen: int = 0
    position: int = 0
    seconds: float = 0.0
    loss: float = 0.0


def save_checkpoint(folder: Path, state: RunState, tensors: dict[str, Tensor]) -> Path:
    """Write a checkpoint below `folder` and drop the oldest; returns its folder."""
    final = folder / f"step-{state.step:06d}"
    unfinished = folder / f"unfinished-{state.step:06d}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, unfinished / TENSOR_FILE)
    (unfinished / STATE_FILE).write_text(json.dumps(dataclasses.asdict(state), indent=2) + "\n")
    for path in unfinished.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    for old in list_checkpoints(folder)[:-KEPT]:
        shutil.rmtree(old)
    return final


def list_checkpoints(folder: Path) -> list[Path]:
    """Complete checkpoints, oldest first."""
    return sorted(folder.glob("step-*"))


def load_checkpoint(checkpoint: Path) -> tuple[RunState, dict[str, Tensor]]:
    """What `save_checkpoint` wrote."""
    fields = json.loads((checkpoint / STATE_FILE).read_text())
    return RunState(**fields), load_file(checkpoint / TENSOR_FILE)

"""The training run: batches in, a better network out, a log line per report, checkpoints.

Everything that decides the result is in the recipe and the corpus; the clock is only reported.
"""

import dataclasses
import json
import time
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from engine.training.checkpoints import (
    RunState,
    list_checkpoints,
    load_checkpoint,
    save_checkpoint,
)
from engine.training.head_loss import sum_head_loss
from engine.training.induction import write_induction
from engine.training.network import Glm4MoeNetwork, initialize
from engine.training.optimizers import AdamW, Muon
from engine.training.packing import IGNORED, Batch, DocumentStream, Draw
from engine.training.recipe import NetworkShape, TrainingRecipe, recipe_digest


@dataclasses.dataclass(frozen=True, slots=True)
class StepReport:
    """What one step did; `load_ratio` is the busiest expert's load over the idlest's."""

    loss: float
    mtp_loss: float
    gradient_norm: float
    load_ratio: float


class Trainer:
    """Owns the network, its optimizers, the document stream and the run's state."""

    def __init__(
        self,
        shape: NetworkShape,
        recipe: TrainingRecipe,
        draw: Draw,
        *,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        self.recipe, self.dtype = recipe, dtype
        self.network = Glm4MoeNetwork(shape)
        initialize(self.network, recipe.seed)
        write_induction(self.network, recipe.seed)
        named = dict(self.network.named_parameters())
        matrices = {name for name, p in named.items() if p.dim() >= 2 and _is_inside(name)}
        self.muon = Muon(
            [(name, named[name]) for name in sorted(matrices)],
            recipe.matrix_momentum,
            recipe.weight_decay,
        )
        self.adam = AdamW([(name, p) for name, p in named.items() if name not in matrices])
        self.stream = DocumentStream(draw, recipe.seed)
        self.state = RunState(
            digest=recipe_digest(shape, recipe), total_tokens=recipe.total_tokens, seed=recipe.seed
        )

    @property
    def finished(self) -> bool:
        """Whether the recipe's tokens have been seen."""
        return self.state.tokens_seen >= self.recipe.total_tokens

    def step(self) -> StepReport:
        """One batch, one update of every parameter."""
        began = time.monotonic()
        drilling = self.stream.position < self.recipe.drill_documents
        size = self.recipe.drill_batch_tokens if drilling else self.recipe.batch_tokens
        batch = self.stream.next_batch(size)
        loss, mtp_loss = self._losses(batch)
        (loss + self.recipe.mtp_loss_weight * mtp_loss).backward()  # type: ignore[no-untyped-call]
        parameters = list(self.network.parameters())
        norm = torch.nn.utils.clip_grad_norm_(parameters, self.recipe.gradient_clip)
        self._update()
        report = StepReport(loss.item(), mtp_loss.item(), norm.item(), self._balance_experts())
        self.state = dataclasses.replace(
            self.state,
            step=self.state.step + 1,
            tokens_seen=self.state.tokens_seen + batch.document_tokens,
            trained_tokens_seen=self.state.trained_tokens_seen + _count_trained(batch.targets),
            position=self.stream.position,
            seconds=self.state.seconds + time.monotonic() - began,
            loss=report.loss,
        )
        return report

    def _losses(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Mean loss in nats per trained token, of the next token and of the one after it."""
        network = self.network
        layout = network.lay_out(batch.lengths, self.dtype)
        embedded = network.embed(batch.ids, self.dtype)
        hidden = network(embedded, layout)
        following = network.embed(batch.ids.roll(-1), self.dtype)
        drafted = network.mtp.draft(following, hidden, layout)
        head = network.head_weight
        loss = sum_head_loss(hidden, head, batch.targets)
        mtp_loss = sum_head_loss(drafted, head, batch.second_targets)
        return (
            loss / max(1, _count_trained(batch.targets)),
            mtp_loss / max(1, _count_trained(batch.second_targets)),
        )

    def _update(self) -> None:
        recipe = self.recipe
        scale = recipe.rate_scale(self.state.tokens_seen)
        rates = {name: scale * _vector_rate(recipe, name) for name in self.adam.parameters}
        self.muon.step(recipe.matrix_rate * scale)
        self.adam.step(rates, self.state.step + 1)
        self.network.zero_grad()

    def _balance_experts(self) -> float:
        """Move each router's selection bias against its load (arXiv:2408.15664)."""
        ratios = []
        for mixture in self.network.mixtures():
            load = mixture.load
            bias = mixture.gate.e_score_correction_bias
            bias += self.recipe.router_bias_rate * (load.mean() - load).sign()
            ratios.append(float(load.max() / load.min().clamp(min=1.0)))
        return max(ratios)

    def save(self, folder: Path) -> Path:
        """Write a checkpoint of everything that the next step depends on."""
        tensors = {f"network.{n}": t for n, t in self.network.state_dict().items()}
        return save_checkpoint(folder, self.state, tensors | self.muon.state() | self.adam.state())

    def resume(self, folder: Path) -> Self:
        """Go on from the newest checkpoint below `folder`.

        Raises ValueError if there is none, if it is of another recipe, or if it was made for
        another number of tokens and either run's rates had already begun to fall.
        """
        found = list_checkpoints(folder)
        if not found:
            raise ValueError(f"there is no checkpoint in {folder}")
        state, tensors = load_checkpoint(found[-1])
        if state.digest != self.state.digest:
            raise ValueError("the checkpoint was made by another recipe")
        old = dataclasses.replace(self.recipe, total_tokens=state.total_tokens)
        limit = min(old.cooldown_start, self.recipe.cooldown_start)
        if state.total_tokens != self.recipe.total_tokens and state.tokens_seen > limit:
            raise ValueError("the length of a run cannot change after its rates began to fall")
        prefix = "network."
        own = {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
        self.network.load_state_dict(own)
        self.muon.load(tensors)
        self.adam.load(tensors)
        self.stream.position = state.position
        self.state = dataclasses.replace(state, total_tokens=self.recipe.total_tokens)
        return self


class RunLog:
    """One JSON line per report in a file, and one live line for the person."""

    def __init__(self, path: Path, step: int) -> None:
        self._path = path
        kept = [line for line in _lines(path) if json.loads(line)["step"] <= step]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in kept))

    def write(self, trainer: Trainer, reports: list[StepReport], tokens_per_second: float) -> None:
        """Report the mean of the last steps."""
        state, count = trainer.state, len(reports)
        left = (trainer.recipe.total_tokens - state.tokens_seen) / max(tokens_per_second, 1.0)
        record = {
            "step": state.step,
            "tokens": state.tokens_seen,
            "loss": round(sum(r.loss for r in reports) / count, 4),
            "mtp_loss": round(sum(r.mtp_loss for r in reports) / count, 4),
            "gradient_norm": round(sum(r.gradient_norm for r in reports) / count, 3),
            "load_ratio": round(max(r.load_ratio for r in reports), 2),
            "rate": round(trainer.recipe.rate_scale(state.tokens_seen), 4),
            "tokens_per_second": round(tokens_per_second),
            "seconds": round(state.seconds),
        }
        with self._path.open("a") as file:
            file.write(json.dumps(record) + "\n")
        print(
            f"step {record['step']}  tokens {record['tokens']:,}  loss {record['loss']:.4f}  "
            f"mtp {record['mtp_loss']:.4f}  load {record['load_ratio']}  "
            f"{record['tokens_per_second']} tok/s  {left / 60:.0f} min left",
            flush=True,
        )


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _is_inside(name: str) -> bool:
    """Whether a matrix is neither embedding nor router: those suit AdamW better."""
    return not any(part in name for part in ("embed_tokens", "mlp.gate.weight"))


def _vector_rate(recipe: TrainingRecipe, name: str) -> float:
    return recipe.embedding_rate if "embed_tokens" in name else recipe.vector_rate


def _count_trained(targets: Tensor) -> int:
    return int((targets != IGNORED).sum())

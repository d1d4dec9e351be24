"""Trains glm-nano from its corpus and exports it: `python -m engine.training`.

With the same options, the same machine and the same number of threads the result is the same, bit
for bit; `--resume` goes on after a stop as if there had been none.
"""

import argparse
import dataclasses
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.training.heap import keep_freed_memory
from engine.training.recipe import RECIPES, NetworkShape, TrainingRecipe

if TYPE_CHECKING:
    from engine.training.samples import Sample
    from engine.training.trainer import Trainer

REPORT_STEPS = 10
EDITION_FILE = "edition"


def main() -> None:
    """Parse the options, train, export."""
    options = _parser().parse_args()
    # Threads that wait must sleep: a spinning one takes the core that another program needs, and
    # a run beside other programs falls to a twentieth of its speed. Read when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    keep_freed_memory()
    import torch

    torch.set_num_threads(options.threads)
    trainer = _prepare(options)
    if not options.export_only:
        _train(trainer, options.run, options.checkpoint_steps)
    _export(trainer, options)


def _prepare(options: argparse.Namespace) -> "Trainer":
    from engine.training.corpus import DRILLS, UNIFORM_ENDS, sample_conversation, sample_of_family
    from engine.training.packing import cut
    from engine.training.text_files import copy_text_files, open_encoder, write_text_files
    from engine.training.trainer import Trainer
    from engine.training.warm_start import load_weights

    shape, recipe = NetworkShape(), _adapt(RECIPES[options.edition], options)
    going_on = options.resume or options.export_only
    if going_on:
        _require_edition(options.run, options.edition)
    elif options.start_from:
        copy_text_files(options.start_from, options.run / "text")
        (options.run / EDITION_FILE).write_text(options.edition, encoding="utf-8")
    else:
        write_text_files(options.run / "text", shape, recipe)
        (options.run / EDITION_FILE).write_text(options.edition, encoding="utf-8")
    encoder = open_encoder(options.run / "text")

    def draw(rng: random.Random, number: int) -> "Sample":
        if number < recipe.drill_documents:
            return encoder.encode(sample_of_family(rng, rng.choice(DRILLS)))
        conversation = sample_conversation(rng)
        sample = encoder.encode(conversation)
        return cut(sample, rng, recipe, number) if conversation.family in UNIFORM_ENDS else sample

    trainer = Trainer(shape, recipe, draw)
    if options.start_from and not going_on:
        load_weights(trainer.network, options.start_from)
    return trainer.resume(options.run / "checkpoints") if going_on else trainer


def _adapt(recipe: TrainingRecipe, options: argparse.Namespace) -> TrainingRecipe:
    """The edition's recipe with the seed and the length that were asked for."""
    tokens = options.steps * recipe.batch_tokens if options.steps else options.tokens
    return dataclasses.replace(
        recipe, seed=options.seed, total_tokens=tokens or recipe.total_tokens
    )


def _require_edition(run: Path, name: str) -> None:
    """Leave with a sentence if there is no run to go on with, or one of another recipe."""
    note = run / EDITION_FILE
    if not note.exists():
        raise SystemExit(f"There is no run in {run}, or one of a corpus that is no more.")
    begun = note.read_text(encoding="utf-8")
    if begun != name:
        raise SystemExit(f"The run in {run} is of the {begun} edition; add --edition {begun}.")


def _train(trainer: "Trainer", run: Path, checkpoint_steps: int) -> None:
    from engine.training.trainer import RunLog, StepReport

    log = RunLog(run / "log.jsonl", trainer.state.step)
    reports: list[StepReport] = []
    began, tokens_before = time.monotonic(), trainer.state.tokens_seen
    while not trainer.finished:
        reports.append(trainer.step())
        if trainer.state.step % REPORT_STEPS == 0 or trainer.finished:
            elapsed = time.monotonic() - began
            log.write(trainer, reports, (trainer.state.tokens_seen - tokens_before) / elapsed)
            began, tokens_before = time.monotonic(), trainer.state.tokens_seen
            reports.clear()
        if trainer.state.step % checkpoint_steps == 0 or trainer.finished:
            trainer.save(run / "checkpoints")


def _export(trainer: "Trainer", options: argparse.Namespace) -> None:
    from engine.training.export import WeightFormat, export_model

    weights = WeightFormat(options.weights)
    size = export_model(trainer, options.run / "text", options.output, weights)
    print(f"{options.output}: {size / 1e6:.1f} MB after {trainer.state.tokens_seen:,} tokens")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.training", description=__doc__)
    defaults = TrainingRecipe()
    parser.add_argument("--output", type=Path, default=Path("models/glm-nano"))
    parser.add_argument("--run", type=Path, default=Path("var/training/glm-nano"))
    parser.add_argument(
        "--edition",
        choices=RECIPES,
        default="second",
        help="the recipe: second is a whole run, the others go on from a model (--start-from)",
    )
    parser.add_argument("--tokens", type=int, help="to see in all; as the recipe says if not given")
    parser.add_argument("--steps", type=int, help="instead of --tokens: full batches to train on")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start-from", type=Path, help="an exported model to learn on from")
    parser.add_argument("--weights", choices=("fp8", "bf16"), default="fp8", help="to export")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--export-only", action="store_true", help="export the last checkpoint")
    parser.add_argument("--checkpoint-steps", type=int, default=50)
    return parser


if __name__ == "__main__":
    main()

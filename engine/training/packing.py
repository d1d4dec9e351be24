"""Batches of whole documents, packed one after another; nothing is cut and nothing leaks.

A stream of documents is a pure function of the seed and of how many came before, which is what
makes a run repeatable and lets it go on from a number.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.training.recipe import TrainingRecipe
from engine.training.samples import Sample

PAD_MULTIPLE = 256
IGNORED = -1
Draw = Callable[[random.Random, int], Sample]


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed documents: ids [n] and targets [n], the token that follows, or -1 if not trained.

    `second_targets` is the token after the next, for the MTP layer. `lengths` sum up to n; the
    last may be padding, up to a multiple of `PAD_MULTIPLE`, since a CPU's matrix kernels are
    compiled for each number of rows.
    """

    ids: Tensor
    targets: Tensor
    second_targets: Tensor
    lengths: tuple[int, ...]
    document_tokens: int


def pack(samples: list[Sample]) -> Batch:
    """Lay samples out one after another."""
    lengths = [len(sample.ids) for sample in samples]
    ids = [token for sample in samples for token in sample.ids]
    targets = [t for sample in samples for t in shift_targets(sample, 1)]
    second_targets = [t for sample in samples for t in shift_targets(sample, 2)]
    tokens = len(ids)
    padding = -tokens % PAD_MULTIPLE
    if padding:
        lengths.append(padding)
        ids += [0] * padding
        targets += [IGNORED] * padding
        second_targets += [IGNORED] * padding
    return Batch(
        torch.tensor(ids),
        torch.tensor(targets),
        torch.tensor(second_targets),
        tuple(lengths),
        tokens,
    )


def shift_targets(sample: Sample, distance: int) -> list[int]:
    """For each position the id `distance` later in the same document, or -1 if not trained."""
    later = [
        token if trained else IGNORED
        for token, trained in zip(sample.ids[distance:], sample.trained[distance:], strict=True)
    ]
    return later + [IGNORED] * min(distance, len(sample.ids))


def cut(sample: Sample, rng: random.Random, recipe: TrainingRecipe, number: int) -> Sample:
    """Perhaps end sample `number` early, so many tokens after the first trained one.

    The end of a long page is the same in all of them; what was asked for stands at its beginning.
    A run that reads many beginnings and some whole pages meets far more requests in equal time.
    """
    share = recipe.cut_share if number < recipe.early_documents else recipe.late_cut_share
    if rng.random() >= share:
        return sample
    end = sample.trained.index(True) + rng.choice(recipe.cut_tokens)
    return Sample(sample.ids[:end], sample.trained[:end])


class DocumentStream:
    """Endless samples by number; `position` is all of its state."""

    def __init__(self, draw: Draw, seed: int, position: int = 0) -> None:
        self._draw, self._seed, self.position = draw, seed, position
        self._waiting: Sample | None = None

    def next_batch(self, batch_tokens: int) -> Batch:
        """Whole documents up to `batch_tokens`; at least one, however long it is."""
        samples: list[Sample] = []
        tokens = 0
        while not samples or tokens + len(self._peek().ids) <= batch_tokens:
            samples.append(self._peek())
            tokens += len(samples[-1].ids)
            self.position += 1
            self._waiting = None
        return pack(samples)

    def _peek(self) -> Sample:
        if self._waiting is None:
            number = self.position
            self._waiting = self._draw(random.Random(f"{self._seed}:{number}"), number)
        return self._waiting

"""A toy model, and decoding with drafts as the engine does it: verify, accept, go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from engine.sampling import DecodingState, Sampler

Drafter = Callable[[Sequence[int]], list[int]]


def toy_logits(prefix: Sequence[int], vocab: int) -> list[float]:
    """Logits that depend on the last three tokens and on nothing else."""
    generator = Random(str(tuple(prefix[-3:])))
    return [generator.gauss(0.0, 1.5) for _ in range(vocab)]


def drafter_of_quality(quality: float, length: int, vocab: int, seed: int) -> Drafter:
    """Drafts that are the toy's likeliest token with probability `quality`, else any token."""
    generator = Random(seed)

    def draft(prefix: Sequence[int]) -> list[int]:
        drafts: list[int] = []
        for _ in range(length):
            logits = toy_logits([*prefix, *drafts], vocab)
            is_good = generator.random() < quality
            drafts.append(logits.index(max(logits)) if is_good else generator.randrange(vocab))
        return drafts

    return draft


@dataclass
class ToySequence:
    """A sequence under way; `ends` are tokens that end it."""

    state: DecodingState
    prompt: list[int]
    drafter: Drafter
    max_tokens: int
    ends: frozenset[int] = frozenset()
    output: list[int] = field(default_factory=list)
    steps: int = 0

    @property
    def is_done(self) -> bool:
        return len(self.output) >= self.max_tokens or bool(self.ends.intersection(self.output[-1:]))

    def take(self, tokens: Sequence[int]) -> None:
        """Take an accepted run; what lies behind an end is surplus."""
        for token in tokens:
            if not self.is_done:
                self.output.append(token)
                self.state.accept((token,))
        self.steps += 1


def decode_all(sequences: Sequence[ToySequence], vocab: int) -> None:
    """Decode to the end, all sequences in one batch, one sampler call per step."""
    sampler = Sampler(vocab)
    while running := [sequence for sequence in sequences if not sequence.is_done]:
        rows, logits, drafted = [], [], []
        for sequence in running:
            prefix = [*sequence.prompt, *sequence.output]
            drafts = sequence.drafter(prefix)
            drafted.append(drafts)
            rows += sequence.state.rows(drafts)
            logits += [
                toy_logits([*prefix, *drafts[:count]], vocab) for count in range(len(drafts) + 1)
            ]
        sampled = iter(sampler.sample(torch.tensor(logits), rows).tokens)
        for sequence, drafts in zip(running, drafted, strict=True):
            verified = [next(sampled) for _ in range(len(drafts) + 1)]
            sequence.take(accepted_run(verified, drafts))


def accepted_run(sampled: Sequence[int | None], drafts: Sequence[int]) -> list[int]:
    """The sampled tokens up to and with the first that differs from its draft."""
    run: list[int] = []
    for token, draft in zip(sampled, [*drafts, None], strict=True):
        assert token is not None
        run.append(token)
        if token != draft:
            break
    return run


class BracketMatcher:
    """The grammar of balanced brackets: 0 opens, 1 closes, others are letters; `end` may follow
    once everything is closed and a bracket was there. Any depth up to 3."""

    def __init__(self, vocab: int, end: int) -> None:
        self._vocab, self._end = vocab, end
        self._taken: list[int] = []

    @property
    def taken(self) -> list[int]:
        return list(self._taken)

    def _allowed_ids(self) -> set[int]:
        depth = self._taken.count(0) - self._taken.count(1)
        if self._end in self._taken:
            return set()
        allowed = set(range(2, self._vocab)) - {self._end} if depth else set()
        allowed |= {0} if depth < 3 else set()
        allowed |= {1} if depth else set()
        return allowed | ({self._end} if self._taken and not depth else set())

    def allowed(self) -> NDArray[np.int32]:
        words = np.zeros((self._vocab + 31) // 32, dtype=np.uint32)
        for token in self._allowed_ids():
            words[token // 32] |= np.uint32(1 << token % 32)
        return words.view(np.int32)

    def advance(self, token_id: int) -> bool:
        is_allowed = token_id in self._allowed_ids()
        if is_allowed:
            self._taken.append(token_id)
        return is_allowed

    def rollback(self, count: int) -> None:
        assert 0 < count <= len(self._taken)
        del self._taken[-count:]

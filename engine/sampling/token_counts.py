"""Which tokens one sequence holds, and how often its answer does: what penalties go by."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_FIRST_CAPACITY = 256


class TokenCounts:
    """Each token once, in the order of its first appearance, so that the last can be taken back."""

    def __init__(self, prompt_token_ids: Iterable[int] = ()) -> None:
        self._places: dict[int, int] = {}
        self._ids = np.empty(_FIRST_CAPACITY, dtype=np.int64)
        self._counts = np.zeros(_FIRST_CAPACITY, dtype=np.int32)
        for token_id in prompt_token_ids:
            self._place(token_id)
        self._prompt_size = len(self._places)

    def add(self, token_id: int) -> None:
        """Count one more token of the answer."""
        place = self._place(token_id)
        self._counts[place] += 1

    def take_back(self, token_id: int) -> None:
        """Undo the last `add` that was not undone; it was of this token."""
        place = self._places[token_id]
        self._counts[place] -= 1
        if place >= self._prompt_size and self._counts[place] == 0:
            del self._places[token_id]

    def ids(self) -> NDArray[np.int64]:
        """int64 [seen], a copy."""
        return self._ids[: len(self._places)].copy()

    def output_counts(self) -> NDArray[np.int32]:
        """int32 [seen], a copy, aligned with `ids`."""
        return self._counts[: len(self._places)].copy()

    def _place(self, token_id: int) -> int:
        place = self._places.setdefault(token_id, len(self._places))
        if place == len(self._ids):
            self._ids = np.concatenate([self._ids, np.empty_like(self._ids)])
            self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
        self._ids[place] = token_id
        return place

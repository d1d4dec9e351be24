"""What workers said of a model a moment ago, for those who ask again and again."""

import time
from collections.abc import Callable

from webapp.catalog.selectors import ServedModel, find_model

# Workers tell their state once a second.
FRESH_SECONDS = 1.0


class RecentModels:
    """Remembers models that were ready, for a second; others are asked for each time."""

    def __init__(
        self,
        find: Callable[[str], ServedModel | None] = find_model,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._clock = clock
        self._known: dict[str, tuple[float, ServedModel]] = {}

    def find_model(self, name: str) -> ServedModel | None:
        """The model of this name if it is known here."""
        now = self._clock()
        at, model = self._known.get(name, (float("-inf"), None))
        if model is not None and now - at < FRESH_SECONDS:
            return model
        found = self._find(name)
        if found is not None and found.ready:
            self._known[name] = (now, found)
        return found

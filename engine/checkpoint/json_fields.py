"""Strict reading of JSON objects: a missing field or a wrong value is an error that names it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.errors import CheckpointError


@dataclass(frozen=True, slots=True)
class JsonFields:
    """The fields of one JSON object of a checkpoint; all readers raise CheckpointError."""

    source: str
    values: Mapping[str, object]

    def require(self, name: str) -> object:
        """The field's raw value."""
        if name not in self.values:
            raise CheckpointError(f"{self.source} has no field {name!r}.")
        return self.values[name]

    def integer(self, name: str, *, minimum: int) -> int:
        """An integer of at least `minimum`; true and false are not integers here."""
        value = self.require(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
            raise self.wrong(name, f"an integer of at least {minimum}")
        return value

    def positive_number(self, name: str) -> float:
        """A finite number above zero."""
        value = self.require(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, "a number")
        if not math.isfinite(value) or value <= 0:
            raise self.wrong(name, "a finite number above zero")
        return float(value)

    def optional_number(self, name: str) -> float | None:
        """A finite number above zero, or None where the field is missing or null."""
        return None if self.values.get(name) is None else self.positive_number(name)

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self.require(name)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def text(self, name: str) -> str:
        """A string."""
        value = self.require(name)
        if not isinstance(value, str):
            raise self.wrong(name, "a string")
        return value

    def token_ids(self, name: str, vocab_size: int | None = None) -> tuple[int, ...]:
        """One token id or a list of them, as a tuple that is not empty."""
        value = self.require(name)
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        ids = [item for item in items if isinstance(item, int) and not isinstance(item, bool)]
        limit = math.inf if vocab_size is None else vocab_size
        if not items or len(ids) != len(items) or not all(0 <= item < limit for item in ids):
            raise self.wrong(name, "token ids of this vocabulary")
        return tuple(ids)

    def wrong(self, name: str, expected: str) -> CheckpointError:
        """The error for a field that holds something else than `expected`."""
        found = json.dumps(self.values.get(name))[:80]
        return CheckpointError(f"{self.source}: field {name!r} must be {expected}, not {found}.")


def read_json_fields(path: Path) -> JsonFields:
    """Read a file that holds one JSON object."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"{path.name} is missing in {path.parent}.") from None
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path.name} cannot be read: {error}.") from error
    if not isinstance(values, dict):
        raise CheckpointError(f"{path.name} must hold a JSON object.")
    return JsonFields(path.name, values)

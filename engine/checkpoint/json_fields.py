"""Strict reading of JSON objects: a missing field or a wrong value is an error that names it."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.checkpoint.model_file import DOWNLOAD_AGAIN, read_model_text
from engine.errors import CheckpointError

# The largest published configuration has some ten kilobytes, the largest tokenizer 20 MB.
MAX_JSON_BYTES = 64 * 2**20
_SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class JsonFields:
    """The fields of one JSON object of a checkpoint; all readers raise CheckpointError."""

    source: str
    values: Mapping[str, object]

    def require(self, name: str) -> object:
        """The field's raw value."""
        if name not in self.values:
            raise CheckpointError(f"{self.source} has no field {name!r}; {DOWNLOAD_AGAIN}.")
        return self.values[name]

    def integer(self, name: str, *, minimum: int, maximum: int) -> int:
        """An integer from `minimum` to `maximum`; true and false are not integers here."""
        value = self.require(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(name, "an integer")
        if not minimum <= value <= maximum:
            raise self.wrong(name, f"an integer from {minimum} to {maximum}")
        return value

    def positive_number(self, name: str) -> float:
        """A finite number above zero."""
        value = self.require(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, "a number")
        # An integer of a thousand digits is a number that no float can hold.
        if not 0 < value < math.inf or value > 1e300:
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
        return CheckpointError(
            f"{self.source}: field {name!r} must be {expected}, not "
            f"{shorten(self.values.get(name))}; {DOWNLOAD_AGAIN}."
        )


def read_json_fields(path: Path, max_bytes: int = MAX_JSON_BYTES) -> JsonFields:
    """Read a file that holds one JSON object."""
    values = parse_json_object(read_model_text(path, max_bytes), path.name)
    return JsonFields(path.name, values)


def parse_json_object(text: str | bytes, source: str) -> dict[str, Any]:
    """The JSON object in `text`; a name that stands there twice is an error, as no reader agrees
    with another which one counts. Raises CheckpointError naming `source`."""
    try:
        values = json.loads(text, object_pairs_hook=_unique_names)
    except RecursionError:
        raise _not_json(source, "its brackets are nested too deep") from None
    except ValueError as error:
        raise _not_json(source, str(error)) from error
    if not isinstance(values, dict):
        raise CheckpointError(f"{source} must hold a JSON object; {DOWNLOAD_AGAIN}.")
    return values


def shorten(value: object) -> str:
    """A value as JSON, cut off where a sentence would become too long."""
    try:
        text = json.dumps(value)
    except (RecursionError, TypeError, ValueError):
        text = type(value).__name__
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name {shorten(twice)} stands there twice")
    return values


def _not_json(source: str, reason: str) -> CheckpointError:
    return CheckpointError(f"{source} cannot be read as JSON ({reason}); {DOWNLOAD_AGAIN}.")

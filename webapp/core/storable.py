"""Text without what no database keeps."""

import re
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable_text(text: str) -> str:
    """The text without null characters, which PostgreSQL refuses, and halves of surrogate pairs."""
    return _UNSTORABLE.sub("", text)


def storable_json(value: Any) -> Any:
    """A JSON value with all texts in it made storable."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, list):
        return [storable_json(item) for item in value]
    if isinstance(value, dict):
        return {storable_text(key): storable_json(item) for key, item in value.items()}
    return value

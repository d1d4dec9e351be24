"""`tokenizer.json` as it lies in a folder, checked as far as this engine takes it apart itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from engine.checkpoint.json_fields import read_json_fields
from engine.checkpoint.model_file import DOWNLOAD_AGAIN
from engine.errors import CheckpointError

FILE_NAME = "tokenizer.json"
MAX_TOKEN_ID = 2**24


@dataclass(frozen=True, slots=True)
class AddedToken:
    """A token outside of the BPE vocabulary. `special` ones are never shown as text."""

    id: int
    content: str
    special: bool


def read_definition(folder: Path) -> dict[str, Any]:
    """The file's content; raises `CheckpointError` unless it is a BPE tokenizer's."""
    definition = dict(read_json_fields(folder / FILE_NAME).values)
    model = definition.get("model")
    if not isinstance(model, dict) or model.get("type") != "BPE":
        raise broken("it is not a byte-level BPE tokenizer")
    vocabulary, merges = model.get("vocab"), model.get("merges")
    if not isinstance(vocabulary, dict) or not all(map(_is_token_id, vocabulary.values())):
        raise broken("its vocabulary does not map tokens to ids")
    if not isinstance(merges, list) or not all(map(_is_merge, merges)):
        raise broken("its merges are not pairs of tokens")
    return definition


def read_added_tokens(definition: Mapping[str, Any]) -> tuple[AddedToken, ...]:
    """The tokens beside the vocabulary; raises `CheckpointError` for one without id or content."""
    entries = definition.get("added_tokens", [])
    if not isinstance(entries, list):
        raise broken("its added tokens are not a list")
    return tuple(map(_read_added_token, entries))


def broken(reason: str) -> CheckpointError:
    """The error for a tokenizer that cannot be used."""
    return CheckpointError(f"{FILE_NAME} cannot be used: {reason}; {DOWNLOAD_AGAIN}.")


def _read_added_token(entry: object) -> AddedToken:
    if not isinstance(entry, dict):
        raise broken("it has an added token without id or content")
    token_id, content = entry.get("id"), entry.get("content")
    if not _is_token_id(token_id) or not isinstance(content, str) or not content:
        raise broken("it has an added token without id or content")
    return AddedToken(id=token_id, content=content, special=entry.get("special") is True)


def _is_token_id(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < MAX_TOKEN_ID


def _is_merge(value: object) -> bool:
    parts = value.split(" ") if isinstance(value, str) else value
    return isinstance(parts, list) and len(parts) == 2 and all(type(p) is str for p in parts)

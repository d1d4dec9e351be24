"""The checkpoint's tokenizer, split in two: ordinary text, and the tokens that are structure.

Message text is encoded by a copy of the tokenizer that has no added tokens at all, so no text can
become a role, a thinking tag or a tool tag. Added tokens are reached by name or by `split_special`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from engine.chat.byte_level import bytes_of_token
from engine.chat.tokenizer_definition import (
    AddedToken,
    broken,
    read_added_tokens,
    read_definition,
)
from engine.checkpoint.json_fields import read_json_fields
from engine.checkpoint.model_file import DOWNLOAD_AGAIN
from engine.errors import CheckpointError

REQUIRED_TOKENS = (
    "<|user|>",
    "<|assistant|>",
    "<|observation|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<arg_key>",
    "</arg_key>",
    "<arg_value>",
    "</arg_value>",
)
STOP_TOKENS = ("<|user|>", "<|observation|>", "<|endoftext|>")


class ChatTokenizer:
    """Byte-level BPE with GLM's added tokens.

    `vocab_size` is the number of ids that stand for a token: the model's embedding may have more
    rows, which must never be sampled.
    """

    def __init__(self, definition: Mapping[str, Any], eos_token_ids: tuple[int, ...]) -> None:
        added = read_added_tokens(definition)
        self._added_by_name = {token.content: token for token in added}
        self._added_by_id = {token.id: token for token in added}
        missing = [name for name in REQUIRED_TOKENS if name not in self._added_by_name]
        if missing:
            raise broken(f"it has no token {', '.join(missing)}")
        plain = _without_added_tokens(definition, frozenset(self._added_by_name))
        self._text_tokenizer = _build_tokenizer(plain)
        self._token_bytes = _read_token_bytes(plain["model"]["vocab"])
        self._token_bytes.update({token.id: token.content.encode() for token in added})
        self._special_pattern = _special_pattern(added)
        self.vocab_size = max(self._token_bytes) + 1
        self.stop_token_ids = self._read_stop_token_ids(eos_token_ids)

    @classmethod
    def from_folder(cls, folder: Path) -> "ChatTokenizer":
        """Reads `tokenizer.json` and `generation_config.json`.

        Raises `CheckpointError` when a file or a needed token is missing or of another kind.
        """
        definition = read_definition(folder)
        fields = read_json_fields(folder / "generation_config.json")
        return cls(definition, fields.token_ids("eos_token_id"))

    def encode_text(self, text: str) -> list[int]:
        """Token ids of `text` taken as plain text: never the id of an added token.

        Lone surrogates, which have no UTF-8 form, become question marks.
        """
        valid_text = text.encode("utf-8", "replace").decode("utf-8")
        ids: list[int] = self._text_tokenizer.encode(valid_text, add_special_tokens=False).ids
        return ids

    def split_special(self, text: str) -> Iterator[int | str]:
        """Splits `text` at the added tokens that it spells: ids for them, the text between."""
        position = 0
        for match in self._special_pattern.finditer(text):
            if match.start() > position:
                yield text[position : match.start()]
            yield self._added_by_name[match.group()].id
            position = match.end()
        if position < len(text):
            yield text[position:]

    def decode(self, token_ids: list[int]) -> str:
        """The text of `token_ids`, added tokens spelled out, broken characters replaced."""
        return b"".join(map(self.token_bytes, token_ids)).decode("utf-8", "replace")

    def special_id(self, name: str) -> int | None:
        """The id of the added token spelled `name`, or None."""
        token = self._added_by_name.get(name)
        return None if token is None else token.id

    @property
    def added_tokens(self) -> tuple[AddedToken, ...]:
        """Every token outside of the BPE vocabulary."""
        return tuple(self._added_by_name.values())

    def is_added(self, token_id: int) -> bool:
        """Whether the id is that of an added token."""
        return token_id in self._added_by_id

    def is_special(self, token_id: int) -> bool:
        """Whether the token is flagged special, which means that it is never text."""
        token = self._added_by_id.get(token_id)
        return token is not None and token.special

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes of one token; nothing for an id that stands for no token."""
        return self._token_bytes.get(token_id, b"")

    def _read_stop_token_ids(self, eos_token_ids: tuple[int, ...]) -> frozenset[int]:
        unknown = [token_id for token_id in eos_token_ids if token_id not in self._token_bytes]
        if unknown:
            raise CheckpointError(
                f"generation_config.json names eos_token_id {unknown[0]}, which is no token; "
                f"{DOWNLOAD_AGAIN}."
            )
        named = (self.special_id(name) for name in STOP_TOKENS)
        return frozenset(eos_token_ids).union(
            token_id for token_id in named if token_id is not None
        )


def _build_tokenizer(definition: Mapping[str, Any]) -> Tokenizer:
    try:
        return Tokenizer.from_str(json.dumps(definition))
    except Exception as error:
        # The library has no class of its own for this.
        raise broken(str(error).splitlines()[0][:200].rstrip(".")) from error


def _without_added_tokens(definition: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The definition of a tokenizer that cannot produce an added token.

    The names go out of the BPE vocabulary too, with the merges that would build them: a trainer
    may have put them there, and `ignore_merges` would find them.
    """
    model = dict(definition["model"])
    model["vocab"] = {token: id_ for token, id_ in model["vocab"].items() if token not in names}
    model["merges"] = [merge for merge in model["merges"] if names.isdisjoint(_merge_names(merge))]
    return {**definition, "added_tokens": [], "post_processor": None, "model": model}


def _merge_names(merge: str | list[str]) -> tuple[str, str, str]:
    left, right = merge.split(" ") if isinstance(merge, str) else merge
    return left, right, left + right


def _read_token_bytes(vocabulary: Mapping[str, int]) -> dict[int, bytes]:
    try:
        return {token_id: bytes_of_token(token) for token, token_id in vocabulary.items()}
    except KeyError as error:
        raise broken("its tokens are not byte-level") from error


def _special_pattern(added: tuple[AddedToken, ...]) -> re.Pattern[str]:
    """Matches the leftmost longest added token."""
    longest_first = sorted((token.content for token in added), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))

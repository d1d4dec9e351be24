"""What sampling knows of a tokenizer: the tokens that make the structure of a response."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol


class TagTokenizer(Protocol):
    """What is read off a tokenizer."""

    @property
    def vocab_size(self) -> int:
        """The number of ids that stand for a token."""
        ...

    @property
    def stop_token_ids(self) -> frozenset[int]:
        """Tokens that end a response."""
        ...

    def special_id(self, name: str) -> int | None:
        """The id of an added token."""
        ...

    def encode_text(self, text: str) -> list[int]:
        """Ids of plain text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTags:
    """`opening` is how GLM-4.5 begins a response that thinks: a line break, `<think>`."""

    open_thinking: int
    close_thinking: int
    open_call: int
    close_call: int
    opening: tuple[int, ...]
    stop_token_ids: AbstractSet[int]
    vocab_size: int

    @classmethod
    def from_tokenizer(cls, tokenizer: TagTokenizer) -> "ResponseTags":
        """Raises `ValueError` if a tag is missing; a `ChatTokenizer` has them all."""
        open_thinking = _require_id(tokenizer, "<think>")
        return cls(
            open_thinking=open_thinking,
            close_thinking=_require_id(tokenizer, "</think>"),
            open_call=_require_id(tokenizer, "<tool_call>"),
            close_call=_require_id(tokenizer, "</tool_call>"),
            opening=(*tokenizer.encode_text("\n"), open_thinking),
            stop_token_ids=tokenizer.stop_token_ids,
            vocab_size=tokenizer.vocab_size,
        )


def _require_id(tokenizer: TagTokenizer, name: str) -> int:
    token_id = tokenizer.special_id(name)
    if token_id is None:
        raise ValueError(f"the tokenizer has no token {name}")
    return token_id

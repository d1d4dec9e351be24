"""Turns a stream of tokens into text, a whole character at a time."""

import codecs

from engine.chat.tokenizer import ChatTokenizer


class IncrementalDetokenizer:
    """Holds back the bytes of a character until its last byte has come.

    Bytes that can never become a character are replaced by U+FFFD.
    """

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def push(self, token_id: int) -> str:
        """The text that this token completes; empty while a character is incomplete."""
        return self._decoder.decode(self._tokenizer.token_bytes(token_id))

    def reset(self) -> None:
        """Forgets an incomplete character: half a character is never text."""
        self._decoder.reset()

"""Grammars that a response is sampled under: compiled once per form, followed per sequence.

Owns llguidance's view of the checkpoint's vocabulary, in which every added token is special: no
text of a grammar can produce one.
"""

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
from llguidance import LLMatcher, LLParserLimits, LLTokenizer, TokenizerWrapper
from numpy.typing import NDArray

from engine.chat.grammar_refusal import refusal
from engine.chat.grammar_source import forbids_calls, write_grammar
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import GenerationRequest

MAX_GRAMMAR_CHARACTERS = 32 * 1024
CACHED_GRAMMARS = 64
TRIAL_SECONDS = 5.0
# llguidance wants a token that ends what is complete. Grammars here name their stop tokens
# themselves, so it is one that none of them names.
END_TOKEN = "<|assistant|>"
_LIMITS = LLParserLimits(max_lexer_states=50_000, max_grammar_size=100_000, verbose_errors=False)
# What llguidance combines by intersecting patterns, where its own limits do not hold.
_COSTLY = ('"allOf"', '"multipleOf"', '"pattern', '"propertyNames"', '"not"', '"oneOf"', '"if"')


class GrammarMatcher:
    """One sequence's way through a grammar."""

    def __init__(self, matcher: LLMatcher) -> None:
        self._matcher = matcher

    def allowed(self) -> NDArray[np.int32]:
        """A bit per token that may come next, int32 [ceil(vocab_size / 32)]; none: a dead end."""
        mask = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.int32)
        return np.zeros_like(mask) if self._matcher.is_error() else mask

    def advance(self, token_id: int) -> bool:
        """Take a token; False, and nothing is changed, if it is not allowed here."""
        return self._matcher.try_consume_tokens([token_id]) == 1

    def rollback(self, count: int) -> None:
        """Forget the last `count` tokens that were taken."""
        if not self._matcher.rollback(count):
            raise RuntimeError(f"the grammar cannot go back: {self._matcher.get_error()}")


class Grammar:
    """A compiled form; every sequence that is written in it gets a matcher of its own."""

    def __init__(self, matcher: LLMatcher) -> None:
        self._matcher = matcher

    def start(self) -> GrammarMatcher:
        """A matcher at the beginning."""
        return GrammarMatcher(self._matcher.deep_copy())


class GrammarCompiler:
    """Compiles what requests ask for; forms that were compiled lately are kept.

    May be called from any thread.
    """

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._vocabulary: LLTokenizer | None = None
        self._grammars: OrderedDict[str, Grammar] = OrderedDict()

    def compile_grammar(self, request: GenerationRequest) -> Grammar | None:
        """The form of the answer after its thinking; None if it is free.

        Raises `RequestRejected` if it makes no sense, is too large or too costly to follow.
        """
        source = write_grammar(request, self._reference)
        if source is None:
            return None
        if len(source) > MAX_GRAMMAR_CHARACTERS:
            raise refusal("The form of the answer is too large: its schemas are too long.")
        with self._lock:
            grammar = self._grammars.get(source)
        # Compiled outside of the lock: nobody waits for another's large form.
        grammar = grammar or self._compile(source)
        self._keep(source, grammar)
        return grammar

    def forbidden_token_ids(self, request: GenerationRequest) -> tuple[int, ...]:
        """Tokens that this request must never sample."""
        call = self._tokenizer.special_id("<tool_call>")
        return (call,) if call is not None and forbids_calls(request) else ()

    def _keep(self, source: str, grammar: Grammar) -> None:
        """Keeps the grammars that were used last."""
        with self._lock:
            self._grammars[source] = grammar
            self._grammars.move_to_end(source)
            while len(self._grammars) > CACHED_GRAMMARS:
                self._grammars.popitem(last=False)

    def _compile(self, source: str) -> Grammar:
        if any(keyword in source for keyword in _COSTLY):
            self._try_apart(source)
        matcher = LLMatcher(self._get_vocabulary(), source, log_level=0, limits=_LIMITS)
        _require_no_error(matcher.get_error())
        self._require_beginning(matcher.deep_copy())
        return Grammar(matcher)

    def _require_beginning(self, matcher: LLMatcher) -> None:
        """Refuses a form of which not even the first token can be written."""
        matcher.consume_tokens(self._tokenizer.encode_text("\n"))
        if not any(matcher.compute_bitmask()) or matcher.is_error():
            raise refusal("The form of the answer has no text that fits it.")

    def _try_apart(self, source: str) -> None:
        """Compiles in a process that may fail: some forms take llguidance for ever."""
        order = {
            "grammar": source,
            "vocab_size": self._tokenizer.vocab_size,
            "added_token_ids": [token.id for token in self._tokenizer.added_tokens],
            "end_token_id": self._tokenizer.special_id(END_TOKEN),
        }
        script = Path(__file__).with_name("grammar_trial.py")
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(script)],
                input=json.dumps(order),
                capture_output=True,
                text=True,
                timeout=TRIAL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise refusal("The form of the answer is too costly to follow.") from None
        if done.returncode:
            raise refusal("The form of the answer is too costly to follow.")
        _require_no_error(done.stdout)

    def _reference(self, name: str) -> str:
        return f"<[{self._tokenizer.special_id(name)}]>"

    def _get_vocabulary(self) -> LLTokenizer:
        with self._lock:
            if self._vocabulary is None:
                self._vocabulary = LLTokenizer(TokenizerWrapper(_Vocabulary(self._tokenizer)))
            return self._vocabulary


class _Vocabulary:
    """The tokens as llguidance takes them."""

    bos_token_id = None

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self.tokens = [tokenizer.token_bytes(id_) for id_ in range(tokenizer.vocab_size)]
        self.special_token_ids = [token.id for token in tokenizer.added_tokens]
        self.eos_token_id = tokenizer.special_id(END_TOKEN)

    def __call__(self, text: bytes | str) -> list[int]:
        """Tokens of plain text."""
        return self._tokenizer.encode_text(text if isinstance(text, str) else text.decode())


def _require_no_error(error: str) -> None:
    if error:
        first_line = error.partition("\n")[0].strip()
        raise refusal(f"The form of the answer cannot be followed: {first_line:.200}")

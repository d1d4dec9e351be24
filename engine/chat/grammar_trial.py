"""A process of its own that compiles one grammar, so that a hostile one harms nobody.

Reads {"grammar", "vocab_size", "added_token_ids", "end_token_id"} as JSON from its input and
prints what is wrong, or nothing. Bounds its own memory and time. Run as a file, so it imports
nothing of the engine.
"""

import json
import resource
import sys
from collections.abc import Sequence

import llguidance

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 1


class ByteVocabulary:
    """A token for every byte: grammars are compiled for bytes, whatever the tokens are."""

    bos_token_id = None

    def __init__(self, vocab_size: int, added_token_ids: Sequence[int], end_token_id: int) -> None:
        self.special_token_ids = list(added_token_ids)
        self.eos_token_id = end_token_id
        plain = [bytes([byte]) for byte in range(256)]
        self.tokens = (plain + [b""] * vocab_size)[: max(vocab_size, 256)]
        for token_id in added_token_ids:
            self.tokens[token_id] = b"<|added%d|>" % token_id

    def __call__(self, text: bytes | str) -> list[int]:
        """Tokens of the text, one per byte."""
        return list(text.encode() if isinstance(text, str) else text)


def main() -> None:
    """Compile what comes in, and compute the first mask."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin)
    grammar = order.pop("grammar")
    vocabulary = ByteVocabulary(**order)
    tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(vocabulary))
    limits = llguidance.LLParserLimits(verbose_errors=False)
    matcher = llguidance.LLMatcher(tokenizer, grammar, log_level=0, limits=limits)
    if not matcher.is_error():
        matcher.compute_bitmask()
    sys.stdout.write(matcher.get_error())


if __name__ == "__main__":
    main()

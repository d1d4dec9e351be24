"""The engine's error tree: every refusal has a closed code and a sentence for the person.

EngineError
├── RequestRejected      the request cannot be served as it is (too long, wrong values)
├── CheckpointError      the model's folder cannot be served
├── GenerationCorrupted  the logits of one request are not finite
├── GrammarDeadEnd       no token can go on in the form that one request asked for
└── EngineUnavailable    no room, no memory, draining
"""

from engine.protocol import ERROR_INFO, ErrorCode


class EngineError(Exception):
    """Base of all errors the engine raises on purpose; `code` is closed, `message` a sentence."""

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        self.code = code
        self.message = message or ERROR_INFO[code].sentence
        self.retryable = ERROR_INFO[code].retryable
        super().__init__(self.message)


class RequestRejected(EngineError):
    """The request cannot be served as it is."""


class CheckpointError(EngineError):
    """A checkpoint folder is missing something, is damaged, or is of another kind."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.CHECKPOINT_INVALID, message)


class GenerationCorrupted(EngineError):
    """The logits of a request hold a value that is not finite."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.LOGITS_NOT_FINITE)


class GrammarDeadEnd(EngineError):
    """No token of the vocabulary can go on in the form that a request asked for."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.GRAMMAR_DEAD_END)


class EngineUnavailable(EngineError):
    """The engine cannot take the request now."""

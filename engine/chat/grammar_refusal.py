"""The refusal of a form that cannot be followed."""

from engine.errors import RequestRejected
from engine.protocol import ErrorCode


def refusal(sentence: str) -> RequestRejected:
    """An `invalid_request` with this sentence."""
    return RequestRejected(ErrorCode.INVALID_REQUEST, sentence)

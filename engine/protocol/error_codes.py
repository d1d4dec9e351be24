"""The closed set of error codes that every edge of Atelier speaks.

Owns the codes, whether a retry can help, and one sentence for the person. Knows nothing else.
"""

from enum import StrEnum
from typing import NamedTuple


class ErrorCode(StrEnum):
    """What went wrong, as one word that programs may rely on."""

    INVALID_REQUEST = "invalid_request"
    MALFORMED_FRAME = "malformed_frame"
    FRAME_TOO_LARGE = "frame_too_large"
    UNKNOWN_COMMAND = "unknown_command"
    FORBIDDEN_ORIGIN = "forbidden_origin"
    SIGN_IN_REQUIRED = "sign_in_required"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    EDIT_CONFLICT = "edit_conflict"
    RATE_LIMITED = "rate_limited"
    MESSAGE_EMPTY = "message_empty"
    MESSAGE_TOO_LONG = "message_too_long"
    CONTEXT_LENGTH_EXCEEDED = "context_length_exceeded"
    TURN_IN_PROGRESS = "turn_in_progress"
    TOOL_CALL_INVALID = "tool_call_invalid"
    MODEL_NOT_FOUND = "model_not_found"
    MODEL_UNAVAILABLE = "model_unavailable"
    QUEUE_FULL = "queue_full"
    QUOTA_EXCEEDED = "quota_exceeded"
    CHECKPOINT_INVALID = "checkpoint_invalid"
    OUT_OF_MEMORY = "out_of_memory"
    LOGITS_NOT_FINITE = "logits_not_finite"
    GRAMMAR_DEAD_END = "grammar_dead_end"
    ENGINE_LOST = "engine_lost"
    REQUEST_CANCELLED = "request_cancelled"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    SLOW_CLIENT = "slow_client"
    STORAGE_FULL = "storage_full"
    SERVICE_UNAVAILABLE = "service_unavailable"
    INTERNAL_ERROR = "internal_error"


class ErrorInfo(NamedTuple):
    """What an error code means to a program and to a person."""

    retryable: bool
    sentence: str


ERROR_INFO: dict[ErrorCode, ErrorInfo] = {
    ErrorCode.INVALID_REQUEST: ErrorInfo(False, "The request has a wrong shape."),
    ErrorCode.MALFORMED_FRAME: ErrorInfo(False, "The message from this page could not be read."),
    ErrorCode.FRAME_TOO_LARGE: ErrorInfo(False, "That is too much at once; send less."),
    ErrorCode.UNKNOWN_COMMAND: ErrorInfo(False, "This page is out of date; reload it."),
    ErrorCode.FORBIDDEN_ORIGIN: ErrorInfo(False, "This address may not talk to Atelier."),
    ErrorCode.SIGN_IN_REQUIRED: ErrorInfo(False, "Sign in to go on."),
    ErrorCode.NOT_FOUND: ErrorInfo(False, "That does not exist or is not yours."),
    ErrorCode.CONFLICT: ErrorInfo(False, "That changed in the meantime; reload and try again."),
    ErrorCode.EDIT_CONFLICT: ErrorInfo(
        False, "This was changed elsewhere in the same place; choose which change to keep."
    ),
    ErrorCode.RATE_LIMITED: ErrorInfo(True, "Too many requests; wait a moment and try again."),
    ErrorCode.MESSAGE_EMPTY: ErrorInfo(False, "Write a message first."),
    ErrorCode.MESSAGE_TOO_LONG: ErrorInfo(False, "The message is too long; shorten it."),
    ErrorCode.CONTEXT_LENGTH_EXCEEDED: ErrorInfo(
        False, "The message is longer than the model can read; shorten it or start a new chat."
    ),
    ErrorCode.TURN_IN_PROGRESS: ErrorInfo(
        True, "An answer is still being written here; stop it or wait for it."
    ),
    ErrorCode.TOOL_CALL_INVALID: ErrorInfo(
        True, "The model asked for something it cannot do; regenerate the answer."
    ),
    ErrorCode.MODEL_NOT_FOUND: ErrorInfo(False, "That model is not served here; choose another."),
    ErrorCode.MODEL_UNAVAILABLE: ErrorInfo(
        True, "No worker serves this model right now; try again in a moment."
    ),
    ErrorCode.QUEUE_FULL: ErrorInfo(True, "Too many people are waiting; try again in a moment."),
    ErrorCode.QUOTA_EXCEEDED: ErrorInfo(True, "You have used what you may use; try again later."),
    ErrorCode.CHECKPOINT_INVALID: ErrorInfo(
        False, "The model's files are damaged or of another kind; ask the administrator."
    ),
    ErrorCode.OUT_OF_MEMORY: ErrorInfo(
        True, "The worker ran out of memory; try again or shorten the chat."
    ),
    ErrorCode.LOGITS_NOT_FINITE: ErrorInfo(
        True, "The model computed something that is not a number; regenerate the answer."
    ),
    ErrorCode.GRAMMAR_DEAD_END: ErrorInfo(
        True, "The answer could not be written in the form that was asked for; ask for it again."
    ),
    ErrorCode.ENGINE_LOST: ErrorInfo(
        True, "The worker that wrote this answer went away; regenerate the answer."
    ),
    ErrorCode.REQUEST_CANCELLED: ErrorInfo(
        True, "An administrator ended this answer; you can ask for it again."
    ),
    ErrorCode.ATTEMPTS_EXHAUSTED: ErrorInfo(
        True, "This answer was tried several times and failed; change the message or try later."
    ),
    ErrorCode.SLOW_CLIENT: ErrorInfo(True, "The connection was too slow; it will reconnect."),
    ErrorCode.STORAGE_FULL: ErrorInfo(
        True,
        "Atelier's disk is full; nothing new can be stored until the administrator frees space.",
    ),
    ErrorCode.SERVICE_UNAVAILABLE: ErrorInfo(
        True, "A part of the server does not answer; try again in a moment."
    ),
    ErrorCode.INTERNAL_ERROR: ErrorInfo(True, "Something went wrong on the server; try again."),
}

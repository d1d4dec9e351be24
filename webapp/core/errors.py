"""The web side's error tree: every refusal has a closed code, a sentence and an HTTP status.

AppError
├── InvalidInput         the caller sent something that cannot be served
├── NotFound             it does not exist or is another person's; the two look the same
├── Conflict             the state does not allow it now
├── EditConflict         two changes of one place
├── Unavailable          a part of the server does not answer
└── GenerationFailed     the model's answer ended by an error
"""

from engine.protocol import ERROR_INFO, ErrorCode

STATUS_BY_CODE: dict[ErrorCode, int] = {
    ErrorCode.FORBIDDEN_ORIGIN: 403,
    ErrorCode.SIGN_IN_REQUIRED: 401,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.EDIT_CONFLICT: 409,
    ErrorCode.TURN_IN_PROGRESS: 409,
    ErrorCode.FRAME_TOO_LARGE: 413,
    ErrorCode.MESSAGE_TOO_LONG: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.QUEUE_FULL: 429,
    ErrorCode.QUOTA_EXCEEDED: 429,
    ErrorCode.INTERNAL_ERROR: 500,
    ErrorCode.STORAGE_FULL: 507,
    ErrorCode.MODEL_UNAVAILABLE: 503,
    ErrorCode.SERVICE_UNAVAILABLE: 503,
    ErrorCode.ENGINE_LOST: 503,
    ErrorCode.REQUEST_CANCELLED: 503,
}
DEFAULT_STATUS = 400


class AppError(Exception):
    """Base of all errors raised on purpose; `code` is closed, `message` a sentence."""

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        self.code = code
        self.message = message or ERROR_INFO[code].sentence
        self.retryable = ERROR_INFO[code].retryable
        super().__init__(self.message)

    @property
    def status(self) -> int:
        """The HTTP status that fits the code."""
        return STATUS_BY_CODE.get(self.code, DEFAULT_STATUS)


class InvalidInput(AppError):
    """The caller sent something that cannot be served."""

    def __init__(
        self, code: ErrorCode = ErrorCode.INVALID_REQUEST, message: str | None = None
    ) -> None:
        super().__init__(code, message)


class NotFound(AppError):
    """It does not exist, or it is another person's."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(ErrorCode.NOT_FOUND, message)


class Conflict(AppError):
    """The state of things does not allow it now."""

    def __init__(self, code: ErrorCode = ErrorCode.CONFLICT, message: str | None = None) -> None:
        super().__init__(code, message)


class EditConflict(AppError):
    """Two changes of one place; `mine` and `theirs` are what both sides have there."""

    def __init__(self, mine: str, theirs: str, message: str | None = None) -> None:
        super().__init__(ErrorCode.EDIT_CONFLICT, message)
        self.mine = mine
        self.theirs = theirs


class Unavailable(AppError):
    """A part of the server does not answer."""

    def __init__(
        self, code: ErrorCode = ErrorCode.SERVICE_UNAVAILABLE, message: str | None = None
    ) -> None:
        super().__init__(code, message)


class GenerationFailed(AppError):
    """The model's answer ended by an error."""

"""How a turn ends: the row first, then exactly one terminal event."""

from dataclasses import dataclass, field

from engine.protocol import ERROR_INFO, ErrorCode
from webapp.core.events import TurnEvent, TurnFailed, TurnFinished, TurnStopped, TurnUsage
from webapp.generation.models import Turn, TurnState

ERROR_MESSAGE_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A final state with what it cost, or with the error that caused it."""

    state: TurnState
    usage: TurnUsage = field(default_factory=TurnUsage)
    code: ErrorCode | None = None
    message: str = ""

    @classmethod
    def failed(
        cls, code: ErrorCode, message: str | None = None, usage: TurnUsage | None = None
    ) -> "Ending":
        """An ending by an error, with the code's own sentence unless there is a better one."""
        sentence = (message or ERROR_INFO[code].sentence)[:ERROR_MESSAGE_CHARACTERS]
        return cls(state=TurnState.FAILED, usage=usage or TurnUsage(), code=code, message=sentence)

    def event(self) -> TurnEvent:
        """The terminal event."""
        if self.code is not None:
            return TurnFailed(code=self.code, message=self.message)
        if self.state == TurnState.STOPPED:
            return TurnStopped(usage=self.usage)
        return TurnFinished(usage=self.usage)


def ending_of(turn: Turn) -> Ending:
    """The ending that the row of an ended turn tells."""
    return Ending(
        state=TurnState(turn.state),
        usage=TurnUsage.model_validate(turn.usage),
        code=ErrorCode(turn.error_code) if turn.error_code else None,
        message=turn.error_message,
    )

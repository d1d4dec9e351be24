"""Keeps what a turn says: in the stream for those who watch, in the message for those who come.

A later attempt first folds what was already said, in silence; `open` then shows it as one
snapshot, and from there on every event goes out as it happens.
"""

from collections.abc import Callable

from redis import Redis

from engine.protocol import EngineEvent, TextDelta, ThinkingDelta, ToolArgumentDelta
from webapp.agents.base import ToolOutcome
from webapp.conversations.models import Message
from webapp.conversations.services import dump_parts
from webapp.core.events import CheckSummary, TurnEvent, TurnStarted
from webapp.core.streams import StreamGone
from webapp.generation.delta_joining import join_deltas
from webapp.generation.endings import Ending
from webapp.generation.finishing import close_stream, publish_ending, record_ending
from webapp.generation.folder import TurnFolder
from webapp.generation.models import Turn, TurnState
from webapp.generation.timing import Timing
from webapp.generation.turn_stream import TurnStream

DELTAS = (TextDelta, ThinkingDelta, ToolArgumentDelta)


class TurnRecorder:
    """The folder of one attempt, its stream and its checkpoints."""

    def __init__(
        self,
        *,
        turn: Turn,
        folder: TurnFolder,
        redis: Redis,
        timing: Timing,
        clock: Callable[[], float],
    ) -> None:
        self._turn = turn
        self._folder = folder
        self._redis = redis
        self._timing = timing
        self._clock = clock
        self._stream = TurnStream(redis, turn.pk, turn.attempt, self._snapshot)
        self._opened = False
        self._held: list[TurnEvent] = []
        self._saved_at = clock()

    def open(self) -> None:
        """Begins to show; does nothing the second time."""
        if self._opened:
            return
        self._opened = True
        self._stream.write([self._snapshot(), self._folder.status])

    def begin_generation(self) -> None:
        """A further generation begins."""
        self._show(self._folder.begin_generation())

    def fold(self, event: EngineEvent) -> None:
        """Takes one engine event in; more of a text is held until `flush`, so that a worker that is
        behind writes fewer and longer pieces."""
        events = self._folder.fold(event)
        if not isinstance(event, DELTAS):
            self._show(events)
        elif self._opened:
            self._held += events

    def flush(self) -> None:
        """Shows what is held: to be called before anything is waited for."""
        self._show([])

    def record_tool(self, tool: str, index: int, outcome: ToolOutcome) -> None:
        """Takes in what a tool call came to."""
        self._show(self._folder.record_tool(tool, index, outcome))

    def begin_check(self) -> None:
        """A stored version is being looked at."""
        self._show(self._folder.begin_check())

    def record_check(self, artifact: str, version: int, check: CheckSummary) -> None:
        """Takes in what the check of a version found."""
        self._show(self._folder.record_check(artifact, version, check))

    def end(self, ending: Ending) -> bool:
        """Row and message first, then the terminal event. Silent, and False, if the turn is
        another's now."""
        self._show(self._folder.end_generation())
        self.open()
        recorded = record_ending(
            turn=self._turn,
            ending=ending,
            last_event_id=self._stream.next_id(),
            parts=self._folder.parts(),
        )
        if not recorded:
            return False
        try:
            self._stream.close(ending.event())
        except StreamGone:
            rows = Turn.objects.select_related("assistant_message")
            publish_ending(rows.get(pk=self._turn.pk))
        else:
            close_stream(self._redis, self._turn)
        return True

    def _snapshot(self) -> TurnStarted:
        return TurnStarted(
            conversation=str(self._turn.conversation_id),
            user_message=str(self._turn.user_message_id),
            assistant_message=str(self._turn.assistant_message_id),
            parts=tuple(self._folder.parts()),
        )

    def _show(self, events: list[TurnEvent]) -> None:
        if not self._opened:
            return
        events, self._held = join_deltas([*self._held, *events]), []
        if not events:
            return
        self._stream.write(events)
        if self._clock() - self._saved_at >= self._timing.checkpoint:
            self._save()

    def _save(self) -> None:
        """Puts the parts so far into the message, unless the turn is another's now."""
        self._saved_at = self._clock()
        mine = Message.objects.filter(
            pk=self._turn.assistant_message_id,
            turn__attempt=self._turn.attempt,
            turn__state=TurnState.RUNNING,
        )
        mine.update(parts=dump_parts(self._folder.parts()))

"""One attempt at a turn: what the agent's loop is handed, and how the attempt ends."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cached_property
from uuid import UUID

from engine.protocol import (
    ChatMessage,
    EngineEvent,
    Finished,
    FinishReason,
    GenerationRequest,
    SamplingParams,
    ToolSpec,
    Usage,
)
from webapp.agents.base import Agent, MadeVersion, ToolOutcome
from webapp.agents.loop import run_agent
from webapp.agents.repairs import VersionChecker
from webapp.artifacts.checks import CheckReport, summarize
from webapp.artifacts.overview import describe_artifacts
from webapp.artifacts.selectors import find_check, list_identifiers
from webapp.artifacts.services import forget_calls, store_check
from webapp.conversations.model_context import build_messages
from webapp.conversations.selectors import list_path
from webapp.conversations.shortening import shorten_turn
from webapp.core.events import PARTS, ThinkingPart, TurnUsage
from webapp.core.tracing import annotate, span
from webapp.generation.artifact_lookup import ConversationArtifacts
from webapp.generation.endings import Ending
from webapp.generation.engine_client import EngineClient, EngineLink
from webapp.generation.fairness import fairness_key
from webapp.generation.folder import TurnFolder
from webapp.generation.leases import Claim
from webapp.generation.models import Generation, GenerationState, Turn, TurnState
from webapp.generation.recorder import TurnRecorder
from webapp.generation.watch import TurnWatch

CHECK_SECONDS = 15.0


class TurnRun:
    """Implements `webapp.agents.base.TurnContext` for a claimed turn."""

    def __init__(
        self,
        *,
        claim: Claim,
        link: EngineLink,
        watch: TurnWatch,
        on_wait: Callable[[], None],
        give_way: Callable[[], None],
        checker: VersionChecker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_wait` is called before anything is waited for, and `give_way` then as well once
        something of the answer shows."""
        turn = claim.turn
        self._turn = turn
        self._first_generation = claim.generation
        self._on_wait = on_wait
        self._give_way = give_way
        self._link = link
        self._watch = watch
        self._checker = checker
        self._usage = TurnUsage()
        self._folder = TurnFolder(
            artifacts=ConversationArtifacts(turn.conversation_id, turn.assistant_message_id),
            clock=clock,
            known_durations_ms=_known_durations_ms(turn),
        )
        self.recorder = TurnRecorder(
            turn=turn, folder=self._folder, redis=link.redis, timing=link.timing, clock=clock
        )

    @property
    def conversation_id(self) -> UUID:
        """The conversation."""
        return self._turn.conversation_id

    @property
    def message_id(self) -> UUID:
        """The assistant message that is being written."""
        return self._turn.assistant_message_id

    @property
    def history(self) -> tuple[ChatMessage, ...]:
        """The talk up to the message that is being answered, within the model's reach."""
        turn = self._turn
        path = list_path(conversation_id=turn.conversation_id, leaf_id=turn.user_message_id)
        if len(path) == 1:
            # Before the first answer nothing has been made.
            return build_messages(path, {}, self._context_length)
        return build_messages(
            path,
            list_identifiers(conversation_id=turn.conversation_id),
            self._context_length,
            note=describe_artifacts(message_ids=[message.pk for message in path]),
        )

    @property
    def usage(self) -> TurnUsage:
        """What the generations have cost so far."""
        return self._usage

    def write(self, agent: Agent) -> Ending:
        """Runs the agent; returns how the turn ends. Raises what ends it otherwise."""
        reason = run_agent(agent, self)
        is_stopped = reason is FinishReason.ABORTED
        state = TurnState.STOPPED if is_stopped else TurnState.FINISHED
        return Ending(state=state, usage=self._usage)

    def generate(
        self,
        ordinal: int,
        messages: tuple[ChatMessage, ...],
        tools: tuple[ToolSpec, ...],
        sampling: SamplingParams,
    ) -> Iterator[EngineEvent]:
        """The events of one generation, each recorded before it is yielded."""
        generation, is_new = self._find_generation(ordinal)
        annotate(request=str(generation.request_id))
        if ordinal > 1:
            self.recorder.begin_generation()
        client = EngineClient(
            link=self._link,
            generation=generation,
            request=GenerationRequest(
                request_id=str(generation.request_id),
                model=self._turn.model,
                messages=shorten_turn(messages, self._context_length),
                tools=tools,
                sampling=sampling,
                thinking=self._turn.thinking,
                fairness_key=fairness_key(self._turn.owner_id),
            ),
            watch=self._watch,
            on_live=self.recorder.open,
            on_wait=self._before_a_wait,
            on_start_over=lambda: self._forget_after(ordinal),
        )
        for event in client.events(is_new=is_new):
            self.recorder.fold(event)
            if isinstance(event, Finished):
                self._count(generation, event.usage)
            yield event

    def record_tool(self, tool: str, index: int, outcome: ToolOutcome) -> None:
        """Shows and keeps what a tool call came to."""
        self.recorder.record_tool(tool, index, outcome)

    def check(self, made: MadeVersion) -> CheckReport | None:
        """What loading the version shows; one that was looked at before is not loaded again."""
        report = find_check(version_id=made.version_id)
        if report is None and self._checker is not None and not self._watch.is_stopped():
            self.recorder.begin_check()
            with span("check", version=made.version_id):
                report = self._checker(made.version_id, timeout_seconds=CHECK_SECONDS)
            if report is not None:
                store_check(version_id=made.version_id, report=report)
        if report is not None:
            self.recorder.record_check(made.artifact, made.number, summarize(report))
        return report

    def _find_generation(self, ordinal: int) -> tuple[Generation, bool]:
        """The row, and whether it is new: nobody has asked for it."""
        if ordinal == 1 and self._first_generation is not None:
            return self._first_generation, True
        return Generation.objects.get_or_create(turn=self._turn, ordinal=ordinal)

    def _before_a_wait(self) -> None:
        self.recorder.flush()
        self._on_wait()
        if self._folder.has_parts:
            self._give_way()

    @cached_property
    def _context_length(self) -> int | None:
        model = self._link.find_model(self._turn.model)
        return model.context_length if model else None

    def _forget_after(self, ordinal: int) -> None:
        """A generation is begun anew, so what the lost one made and what followed it is void."""
        self._folder.forget_durations()
        forget_calls(message_id=self.message_id, from_round=ordinal)
        Generation.objects.filter(turn=self._turn, ordinal__gt=ordinal).delete()

    def _count(self, generation: Generation, usage: Usage) -> None:
        annotate(
            prompt_tokens=usage.prompt_tokens,
            cached_tokens=usage.cached_tokens,
            completion_tokens=usage.completion_tokens,
            queue_ms=usage.queue_ms,
            ttft_ms=usage.ttft_ms,
            engine_attempts=generation.attempt,
        )
        Generation.objects.filter(pk=generation.pk).update(
            state=GenerationState.ENDED, usage=asdict(usage)
        )
        total = self._usage
        is_first = total.ttft_ms is None and usage.ttft_ms > 0
        self._usage = TurnUsage(
            prompt_tokens=total.prompt_tokens + usage.prompt_tokens,
            cached_tokens=total.cached_tokens + usage.cached_tokens,
            completion_tokens=total.completion_tokens + usage.completion_tokens,
            thinking_tokens=total.thinking_tokens + usage.thinking_tokens,
            ttft_ms=usage.ttft_ms if is_first else total.ttft_ms,
            duration_ms=total.duration_ms + usage.duration_ms,
        )


def _known_durations_ms(turn: Turn) -> list[int]:
    if turn.attempt == 1:
        return []
    parts = PARTS.validate_python(turn.assistant_message.parts)
    durations = [part.duration_ms for part in parts if isinstance(part, ThinkingPart)]
    return [duration for duration in durations if duration is not None]

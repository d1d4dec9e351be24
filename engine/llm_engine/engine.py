"""The engine: requests in, events out, one step at a time.

A call of `step` waits for the step that runs, books its tokens, launches the next one, and only
then turns the tokens into text, so that the host's work lies beside the computing. `step` is called
by one thread; the other verbs may be called from any. A lock guards the bookkeeping and is never
held while the model computes.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Seq
from dataclasses import replace
from pathlib import Path

from engine.checkpoint.progress import ProgressCallback
from engine.errors import EngineError, RequestRejected
from engine.llm_engine.assembly import EngineParts, load_parts
from engine.llm_engine.counters import Counters
from engine.llm_engine.generation import Choices, Generation
from engine.llm_engine.progress import Progress
from engine.llm_engine.records import EngineFacts, EngineOptions, EngineStats, RequestOutput
from engine.llm_engine.step_planner import StepPlanner
from engine.llm_engine.submission import Submission
from engine.protocol import (
    ChoiceFinished,
    EngineEvent,
    ErrorCode,
    EventBatch,
    Failed,
    Finished,
    GenerationRequest,
    Queued,
    TokenLogprobs,
)
from engine.runner import StepItem, StepResult
from engine.scheduler import Sequence, SequenceState

logger = logging.getLogger(__name__)

Clock = Callable[[], float]


class LLMEngine:
    """Generations over one model. Each request ends in exactly one `Finished` or `Failed`."""

    def __init__(self, parts: EngineParts, *, clock: Clock = time.monotonic) -> None:
        self._parts = parts
        self._runner = parts.runner
        self._scheduler = parts.scheduler
        self._most_running = parts.scheduler.limits.max_running
        self._clock = clock
        self._submission = Submission(parts)
        self._planner = StepPlanner(parts.scheduler, parts.draft_policy, parts.multi_step)
        self._requests: dict[str, Choices] = {}
        self._generations: dict[Sequence, Generation] = {}
        self._running_step: Seq[StepItem] = ()
        self._launched_at = 0.0
        self._lock = threading.Lock()
        self._counters = Counters(clock)

    @classmethod
    def from_folder(
        cls,
        folder: Path,
        *,
        device: str = "auto",
        dtype: str = "auto",
        options: EngineOptions | None = None,
        progress: ProgressCallback | None = None,
    ) -> "LLMEngine":
        """Load a checkpoint folder and lay out its KV cache.

        Raises `CheckpointError` for the folder, `EngineUnavailable` for the device or the memory.
        """
        parts = load_parts(
            folder,
            device_name=device,
            dtype_name=dtype,
            options=options or EngineOptions(),
            progress=progress,
        )
        return cls(parts)

    @property
    def facts(self) -> EngineFacts:
        """What the engine computes with."""
        return self._parts.facts

    @property
    def kv_bytes_per_block(self) -> int:
        """The memory that one block of the KV cache takes."""
        return self._parts.kv_bytes_per_block

    @property
    def context_length(self) -> int:
        """The most tokens that prompt and answer may have together."""
        return self._scheduler.limits.context_length

    def submit(self, request: GenerationRequest) -> None:
        """Take a request; its events come out of `step`. Raises `EngineError` on refusal."""
        self.submit_prompt(request, self._submission.render(request))

    def submit_prompt(
        self,
        request: GenerationRequest,
        prompt_token_ids: Seq[int],
        *,
        ignore_stop_tokens: bool = False,
    ) -> None:
        """As `submit`, with a prompt that is tokens already; the request's messages are not read.

        `ignore_stop_tokens` makes the answer as long as `max_tokens`, for benchmarks.
        """
        generations = self._submission.build(
            request,
            prompt_token_ids,
            submitted_at=self._clock(),
            ignore_stop_tokens=ignore_stop_tokens,
        )
        with self._lock:
            if request.request_id in self._requests:
                raise RequestRejected(ErrorCode.CONFLICT, "This request is being answered already.")
            # An answer that was complete before it was resumed only lacks its terminal event.
            self._add([g.sequence for g in generations if g.reason is None])
            self._requests[request.request_id] = Choices(generations)
            self._generations.update({g.sequence: g for g in generations})

    def abort(self, request_id: str) -> None:
        """End a request in the next step, in whatever state it is; unknown ids are ignored."""
        with self._lock:
            for generation in self._find(request_id):
                generation.abort_requested = True

    def end_thinking(self, request_id: str) -> None:
        """Let the answer begin: the closing tag is what the model writes next if it thinks.

        Ignored for unknown ids and where nothing is being thought.
        """
        with self._lock:
            for generation in self._find(request_id):
                generation.decoding.end_thinking()

    def set_max_running(self, count: int) -> None:
        """Let at most `count` generations be written at once from the next step on; those that run
        go on. Raises ValueError with a sentence if the engine was not built for so many."""
        built_for = self._most_running
        if not 1 <= count <= built_for:
            raise ValueError(f"This engine writes 1 to {built_for} answers at once.")
        with self._lock:
            self._scheduler.limits = replace(self._scheduler.limits, max_running=count)

    def has_work(self) -> bool:
        """Whether a step would do something."""
        return bool(self._generations or self._running_step)

    def step(self) -> list[RequestOutput]:
        """Take what the running step computed, launch the next one, return the news."""
        with self._counters.step():
            news = self._take_running_step()
            outputs = self._launch_next_step()
            outputs += [output for progress in news for output in self._tell(progress)]
            with self._lock:
                outputs += self._report_queue()
        return outputs

    def fail_running(self, code: ErrorCode, message: str) -> list[RequestOutput]:
        """End every admitted request by an error; those in line stay."""
        return self._fail(code, message, include_waiting=False)

    def fail_all(self, code: ErrorCode, message: str) -> list[RequestOutput]:
        """End every request by an error."""
        return self._fail(code, message, include_waiting=True)

    def close(self) -> None:
        """Give back threads and memory; the engine takes no more steps."""
        self._runner.close()

    def stats(self) -> EngineStats:
        """Counters and gauges of this moment."""
        with self._lock:
            return self._counters.snapshot(self._scheduler, self._clock())

    def _find(self, request_id: str) -> list[Generation]:
        choices = self._requests.get(request_id)
        return [] if choices is None else choices.generations

    def _take_running_step(self) -> list[Progress]:
        """Wait for the step that runs and book its tokens, so that the next can be scheduled."""
        items, self._running_step = self._running_step, ()
        if not items:
            return []
        with self._counters.computing():
            results = self._runner.finish(items)
        now = self._clock()
        with self._lock:
            self._planner.note_step(items, results, now - self._launched_at)
            self._counters.note_drafts(items, results)
            return [
                progress
                for item, result in zip(items, results, strict=True)
                if (progress := self._book(item, result, now)) is not None
            ]

    def _book(self, item: StepItem, result: StepResult, now: float) -> Progress | None:
        """Move one sequence on; None when its request ended while the step ran."""
        sequence = item.chunk.sequence
        generation = self._generations.get(sequence)
        if generation is None or sequence.state is SequenceState.FINISHED:
            return None
        was_prefilling = sequence.state is SequenceState.PREFILLING
        if result.error is not None and not result.tokens:
            self._scheduler.remove(sequence, forget=_is_corrupted(result.error))
            return Progress(generation, item.chunk, (), result, was_prefilling)
        tokens = generation.take(result.tokens)
        if tokens and generation.times.first_token_at is None:
            generation.times.first_token_at = now
        self._counters.note_tokens(now, len(tokens))
        self._scheduler.advance(
            item.chunk,
            tokens,
            draft_token_ids=result.draft_token_ids,
            drafts_cover_from=result.drafted_from,
        )
        if sequence.prefill_only and item.chunk.end == len(sequence.token_ids):
            generation.end_unwritten()
        if generation.is_taken_whole or result.error is not None:
            self._scheduler.remove(sequence, forget=_is_corrupted(result.error))
        return Progress(generation, item.chunk, tokens, result, was_prefilling)

    def _launch_next_step(self) -> list[RequestOutput]:
        with self._lock:
            outputs = self._end_without_computing()
            items = self._planner.plan(self._generations)
            now = self._clock()
            for item in items:
                times = self._generations[item.chunk.sequence].times
                if times.admitted_at is None:
                    times.admitted_at = now
        if items:
            self._launched_at = now
            with self._counters.computing():
                self._runner.launch(items)
            self._running_step = items
        return outputs

    def _end_without_computing(self) -> list[RequestOutput]:
        """Stops on request, and resumed answers that were complete."""
        outputs: list[RequestOutput] = []
        for generation in list(self._generations.values()):
            if generation.abort_requested or generation.reason is not None:
                outputs += self._finish(generation)
        return outputs

    def _tell(self, progress: Progress) -> list[RequestOutput]:
        """Turn the tokens of one sequence into events; runs beside the next step."""
        generation = progress.generation
        if generation.sequence not in self._generations:
            return []
        events: list[EngineEvent] = progress.prefill_events()
        error, token_ids = progress.result.error, progress.tokens
        try:
            told, token_ids = generation.tell(progress.tokens)
            events += told
        except Exception:
            # What one model wrote must not end the answers beside it.
            ids = {"request": generation.request.request_id}
            logger.exception("An answer cannot be read", extra=ids)
            error = EngineError(ErrorCode.INTERNAL_ERROR)
        outputs = [_output(generation, events, token_ids, progress.result.logprobs)]
        with self._lock:
            if generation.reason is not None:
                outputs = self._finish(generation, outputs.pop().batch)
            elif error is not None:
                outputs += self._fail_request(generation, error)
        return outputs

    def _add(self, sequences: Seq[Sequence]) -> None:
        """Put all answers of a request in line, or none."""
        for place, sequence in enumerate(sequences):
            try:
                self._scheduler.add(sequence)
            except EngineError:
                for added in sequences[:place]:
                    self._scheduler.remove(added)
                raise

    def _report_queue(self) -> list[RequestOutput]:
        """Tell those in line their place among the requests, when it changed.

        The first answer of a request stands for all of them, and no place is told again to one
        that was being written.
        """
        outputs = []
        in_line: set[str] = set()
        for sequence in self._scheduler.waiting:
            generation = self._generations[sequence]
            in_line.add(generation.request.request_id)
            if generation.choice or sequence.preemptions:
                continue
            if generation.queue_position != len(in_line):
                generation.queue_position = len(in_line)
                outputs.append(_output(generation, [Queued(position=len(in_line))]))
        return outputs

    def _finish(
        self, generation: Generation, last: EventBatch | None = None
    ) -> list[RequestOutput]:
        """End one answer, and its request if it was the last one; `last` is what it said so far."""
        events, reason = generation.finish()
        usage = generation.usage(self._clock())
        self._drop(generation)
        request_id = generation.request.request_id
        choices = self._requests[request_id]
        is_last = choices.end(reason, usage)
        if choices.are_several:
            events.append(ChoiceFinished(reason=reason, usage=usage))
        if is_last:
            del self._requests[request_id]
            reason, usage = choices.total()
            events.append(Finished(reason=reason, usage=usage))
        said = last or EventBatch(events=(), choice=generation.choice)
        batch = replace(said, events=(*said.events, *events))
        return [RequestOutput(request_id, batch)]

    def _fail_request(self, generation: Generation, error: EngineError) -> list[RequestOutput]:
        """End a request with all its answers by an error.

        Held-back text is not flushed: the next attempt's parser would show it again.
        """
        request_id = generation.request.request_id
        for one in self._requests.pop(request_id).generations:
            self._drop(one, corrupted=_is_corrupted(error))
        self._counters.note_failure(error)
        return [_output(generation, [Failed(code=error.code, message=error.message)])]

    def _drop(self, generation: Generation, *, corrupted: bool = False) -> None:
        if self._generations.pop(generation.sequence, None) is None:
            return
        # A resumed answer that was complete never stood in line.
        if generation.sequence.arrival:
            self._scheduler.remove(generation.sequence, forget=corrupted)

    def _drop_running_step(self) -> None:
        """Wait for a step that nobody will ask for: it writes into blocks that others get next."""
        items, self._running_step = self._running_step, ()
        if not items:
            return
        try:
            self._runner.finish(items)
        except Exception:
            logger.exception("A step that was given up failed")

    def _fail(self, code: ErrorCode, message: str, *, include_waiting: bool) -> list[RequestOutput]:
        error = EngineError(code, message)
        outputs: list[RequestOutput] = []
        self._drop_running_step()
        with self._lock:
            for choices in list(self._requests.values()):
                states = {g.sequence.state for g in choices.generations}
                if include_waiting or states != {SequenceState.WAITING}:
                    outputs += self._fail_request(choices.generations[0], error)
        return outputs


def _is_corrupted(error: EngineError | None) -> bool:
    """Whether keys and values may hold what is no number: whoever found them in the prefix cache
    would fail as well, and a passing fault would last."""
    return error is not None and error.code is ErrorCode.LOGITS_NOT_FINITE


def _output(
    generation: Generation,
    events: Iterable[EngineEvent],
    token_ids: tuple[int, ...] = (),
    logprobs: tuple[TokenLogprobs, ...] = (),
) -> RequestOutput:
    batch = EventBatch(
        events=tuple(events),
        token_ids=token_ids,
        choice=generation.choice,
        logprobs=logprobs[: len(token_ids)],
    )
    return RequestOutput(generation.request.request_id, batch)

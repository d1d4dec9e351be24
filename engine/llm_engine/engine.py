"""The engine: requests in, events out, one step at a time.

`step` is called by one thread; the other verbs may be called from any. A lock guards the
bookkeeping and is never held while the model computes.
"""

import logging
import threading
import time
from collections.abc import Callable
from collections.abc import Sequence as Seq
from pathlib import Path

from engine.chat.response_parser import ResponseParser
from engine.chat.template import prompt_opens_thinking
from engine.checkpoint.loader import ProgressCallback
from engine.errors import EngineError, GenerationCorrupted, RequestRejected
from engine.llm_engine.assembly import EngineParts, load_parts
from engine.llm_engine.generation import Generation
from engine.llm_engine.records import EngineOptions, EngineStats, RequestOutput
from engine.protocol import (
    EngineEvent,
    ErrorCode,
    EventBatch,
    Failed,
    FinishReason,
    GenerationRequest,
    PrefillProgress,
    Queued,
)
from engine.runner import Throughput
from engine.sampling import resolve_sampling, validate_sampling
from engine.scheduler import ScheduledChunk, Sequence, SequenceState

logger = logging.getLogger(__name__)

Clock = Callable[[], float]


class LLMEngine:
    """Generations over one model. Each ends in exactly one `Finished` or `Failed`."""

    def __init__(
        self,
        parts: EngineParts,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self._parts = parts
        self._runner = parts.runner
        self._scheduler = parts.scheduler
        self._tokenizer = parts.tokenizer
        self._clock = clock
        self._generations: dict[str, Generation] = {}
        self._lock = threading.Lock()
        self._steps = 0
        self._generated_tokens = 0
        self._throughput = Throughput()

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
    def device_name(self) -> str:
        """The device the model runs on, in torch's words."""
        return str(self._parts.device)

    @property
    def dtype_name(self) -> str:
        """The number format the model computes in."""
        return str(self._parts.dtype).removeprefix("torch.")

    @property
    def context_length(self) -> int:
        """The most tokens that prompt and answer may have together."""
        return self._scheduler.limits.context_length

    def submit(self, request: GenerationRequest) -> None:
        """Take a request; its events come out of `step`. Raises `EngineError` on refusal."""
        if not request.messages:
            raise RequestRejected(ErrorCode.INVALID_REQUEST, "The request has no messages.")
        validate_sampling(request.sampling, vocab_size=self._tokenizer.vocab_size)
        prompt = self._parts.template.render_ids(
            request.messages, request.tools, thinking=request.thinking, tokenizer=self._tokenizer
        )
        self.submit_prompt(request, prompt)

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
        validate_sampling(request.sampling, vocab_size=self._tokenizer.vocab_size)
        if not prompt_token_ids:
            raise RequestRejected(ErrorCode.INVALID_REQUEST, "The prompt is empty.")
        self._require_known_tokens(request)
        sampling = resolve_sampling(request.sampling, self._parts.advice)
        prompt_tokens, longest = len(prompt_token_ids), self.context_length
        sequence = Sequence(
            request_id=request.request_id,
            token_ids=list(prompt_token_ids),
            max_total_tokens=min(longest, prompt_tokens + (sampling.max_tokens or longest)),
            sampling=sampling,
            priority=request.priority,
        )
        parser = ResponseParser(
            self._tokenizer,
            request.tools,
            stop=tuple(sampling.stop),
            call_id_prefix=f"call_{request.request_id}",
            thinking_open=prompt_opens_thinking(prompt_token_ids, self._tokenizer),
        )
        generation = Generation(
            request,
            sequence,
            parser,
            self._tokenizer,
            ignore_stop_tokens=ignore_stop_tokens,
            submitted_at=self._clock(),
        )
        with self._lock:
            if request.request_id in self._generations:
                raise RequestRejected(ErrorCode.CONFLICT, "This request is being answered already.")
            # An answer that was complete before it was resumed only lacks its terminal event.
            if generation.reason is None:
                self._scheduler.add(sequence)
            self._generations[request.request_id] = generation

    def abort(self, request_id: str) -> None:
        """End a request in the next step, in whatever state it is; unknown ids are ignored."""
        with self._lock:
            generation = self._generations.get(request_id)
            if generation is not None:
                generation.abort_requested = True

    def has_work(self) -> bool:
        """Whether a step would do something."""
        return bool(self._generations)

    def step(self) -> list[RequestOutput]:
        """Compute one token of all that decode and some of the prompts; returns the news."""
        with self._lock:
            self._steps += 1
            outputs = self._end_without_computing()
            chunks = self._scheduler.schedule()
            self._note_admissions(chunks)
        tokens = self._runner.run(chunks) if chunks else []
        with self._lock:
            outputs += self._take_results(chunks, tokens)
            outputs += self._report_queue()
        return outputs

    def fail_running(self, code: ErrorCode, message: str) -> list[RequestOutput]:
        """End every admitted request by an error; those in line stay."""
        return self._fail(code, message, include_waiting=False)

    def fail_all(self, code: ErrorCode, message: str) -> list[RequestOutput]:
        """End every request by an error."""
        return self._fail(code, message, include_waiting=True)

    def stats(self) -> EngineStats:
        """Counters and gauges of this moment."""
        with self._lock:
            scheduler = self._scheduler
            return EngineStats(
                steps=self._steps,
                running=len(scheduler.running),
                waiting=len(scheduler.waiting),
                max_running=scheduler.limits.max_running,
                context_length=scheduler.limits.context_length,
                kv_blocks_used=scheduler.pool.num_used,
                kv_blocks_total=scheduler.pool.num_blocks,
                generated_tokens=self._generated_tokens,
                tokens_per_second=self._throughput.rate(self._clock()),
            )

    def _require_known_tokens(self, request: GenerationRequest) -> None:
        known = range(self._tokenizer.vocab_size)
        if not all(token_id in known for token_id in request.resume_token_ids):
            raise RequestRejected(
                ErrorCode.INVALID_REQUEST, "resume_token_ids holds an id that is no token."
            )

    def _end_without_computing(self) -> list[RequestOutput]:
        """Stops on request, and resumed answers that were complete."""
        outputs = []
        for generation in list(self._generations.values()):
            if generation.reason is not None:
                outputs.append(self._finish(generation, generation.reason))
            elif generation.abort_requested:
                outputs.append(self._finish(generation, FinishReason.ABORTED))
        return outputs

    def _note_admissions(self, chunks: Seq[ScheduledChunk]) -> None:
        now = self._clock()
        for chunk in chunks:
            generation = self._generations[chunk.sequence.request_id]
            if generation.admitted_at is None:
                generation.admitted_at = now

    def _take_results(
        self, chunks: Seq[ScheduledChunk], tokens: Seq[int | None]
    ) -> list[RequestOutput]:
        sampled = iter(tokens)
        outputs = []
        for chunk in chunks:
            generation = self._generations[chunk.sequence.request_id]
            was_prefilling = chunk.sequence.state is SequenceState.PREFILLING
            self._scheduler.mark_computed(chunk)
            events: list[EngineEvent] = []
            if was_prefilling:
                done = chunk.start + chunk.length
                total = generation.prefill_tokens
                events.append(PrefillProgress(done_tokens=done, total_tokens=total))
            if chunk.samples:
                outputs.append(self._take_token(generation, next(sampled), events))
            else:
                outputs.append(_output(generation, events))
        self._throughput.add(self._clock(), len(tokens))
        return outputs

    def _take_token(
        self, generation: Generation, token_id: int | None, events: list[EngineEvent]
    ) -> RequestOutput:
        if token_id is None:
            return self._end(generation, [*events, _failed(GenerationCorrupted())])
        self._generated_tokens += 1
        now = self._clock()
        generation.note_token_time(now)
        try:
            events += generation.accept(token_id)
            if generation.reason is not None:
                events += generation.finish(generation.reason, now)
        except Exception:
            # What one model wrote must not end the answers beside it.
            logger.exception("An answer cannot be read: %s", generation.sequence.request_id)
            return self._end(generation, [*events, _failed(EngineError(ErrorCode.INTERNAL_ERROR))])
        if generation.reason is not None:
            return self._end(generation, events, (token_id,))
        self._scheduler.append_token(generation.sequence, token_id)
        return _output(generation, events, (token_id,))

    def _report_queue(self) -> list[RequestOutput]:
        """Tell those in line their place, when it changed."""
        outputs = []
        for request_id, position in self._scheduler.waiting.positions().items():
            generation = self._generations[request_id]
            if generation.queue_position != position:
                generation.queue_position = position
                outputs.append(_output(generation, [Queued(position=position)]))
        return outputs

    def _finish(self, generation: Generation, reason: FinishReason) -> RequestOutput:
        return self._end(generation, generation.finish(reason, self._clock()))

    def _end(
        self, generation: Generation, events: Seq[EngineEvent], token_ids: tuple[int, ...] = ()
    ) -> RequestOutput:
        del self._generations[generation.sequence.request_id]
        # A resumed answer that was complete never stood in line.
        if generation.sequence.arrival:
            self._scheduler.remove(generation.sequence)
        return _output(generation, events, token_ids)

    def _fail(self, code: ErrorCode, message: str, *, include_waiting: bool) -> list[RequestOutput]:
        """Held-back text is not flushed: the next attempt's parser would show it again."""
        with self._lock:
            return [
                self._end(generation, [Failed(code=code, message=message)])
                for generation in list(self._generations.values())
                if include_waiting or generation.sequence.state is not SequenceState.WAITING
            ]


def _output(
    generation: Generation, events: Seq[EngineEvent], token_ids: tuple[int, ...] = ()
) -> RequestOutput:
    batch = EventBatch(events=tuple(events), token_ids=token_ids)
    return RequestOutput(generation.sequence.request_id, batch)


def _failed(error: EngineError) -> Failed:
    return Failed(code=error.code, message=error.message)

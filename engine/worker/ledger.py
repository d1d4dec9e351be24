"""What became of the requests of this worker: counts by outcome, and how long they took.

Written once for each request, when it ends; nothing is done for a token.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.protocol import EventBatch, Failed, Finished, GenerationRequest, Quantiles, Usage

# So many of the newest requests make the quantiles.
WINDOW = 512
RATE_SECONDS = 10.0
Sink = Callable[[EventBatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The ledger at one moment; see `WorkerStatus` for what each figure means."""

    prompt_tokens: int
    prompt_tokens_per_second: float
    retried_requests: int
    errors: Mapping[str, int]
    finished: Mapping[str, int]
    time_to_first_token: Quantiles | None
    inter_token: Quantiles | None
    end_to_end: Quantiles | None


class Ledger:
    """Every method may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read_lately: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()
        self._prompt_tokens = 0
        self._retried = 0
        self._errors: Counter[str] = Counter()
        self._finished: Counter[str] = Counter()
        self._first: deque[float] = deque(maxlen=WINDOW)
        self._between: deque[float] = deque(maxlen=WINDOW)
        self._whole: deque[float] = deque(maxlen=WINDOW)

    def watch(self, request: GenerationRequest, sink: Sink) -> Sink:
        """The sink of a request, with its end noted before it is told."""
        with self._lock:
            self._retried += request.attempt > 1

        def note(batch: EventBatch) -> None:
            self._note(batch.events)
            sink(batch)

        return note

    def note_refusal(self, failure: Failed) -> None:
        """A request that the engine did not take."""
        with self._lock:
            self._errors[failure.code.value] += 1

    def read(self) -> Figures:
        """All figures now."""
        with self._lock:
            return Figures(
                prompt_tokens=self._prompt_tokens,
                prompt_tokens_per_second=self._measure_rate(),
                retried_requests=self._retried,
                errors=dict(self._errors),
                finished=dict(self._finished),
                time_to_first_token=find_quantiles(self._first),
                inter_token=find_quantiles(self._between),
                end_to_end=find_quantiles(self._whole),
            )

    def _note(self, events: Iterable[object]) -> None:
        for event in events:
            match event:
                case Finished(reason=reason, usage=usage):
                    with self._lock:
                        self._finished[reason.value] += 1
                        self._note_usage(usage)
                case Failed(code=code):
                    with self._lock:
                        self._errors[code.value] += 1

    def _note_usage(self, usage: Usage) -> None:
        read = usage.prompt_tokens - usage.cached_tokens
        self._prompt_tokens += read
        self._read_lately.append((self._clock(), read))
        if usage.completion_tokens:
            self._first.append(usage.ttft_ms / 1000)
            self._whole.append(usage.duration_ms / 1000)
        if usage.completion_tokens > 1:
            writing_ms = usage.duration_ms - usage.ttft_ms
            self._between.append(writing_ms / 1000 / (usage.completion_tokens - 1))

    def _measure_rate(self) -> float:
        """Prompt tokens of the requests that ended in the last seconds, per second."""
        begin = self._clock() - RATE_SECONDS
        while self._read_lately and self._read_lately[0][0] < begin:
            self._read_lately.popleft()
        return sum(tokens for _, tokens in self._read_lately) / RATE_SECONDS


def find_quantiles(seconds: Iterable[float]) -> Quantiles | None:
    """The nearest-rank quantiles; None of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    last = len(ordered) - 1
    p50, p90, p99 = (ordered[round(share * last)] for share in (0.5, 0.9, 0.99))
    return Quantiles(p50=p50, p90=p90, p99=p99, count=len(ordered))

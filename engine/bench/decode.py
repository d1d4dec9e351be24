"""One round of greedy generation by our engine, timed from outside as a server would see it."""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from engine.bench.measurement import Round
from engine.chat.tokenizer import ChatTokenizer
from engine.errors import EngineError
from engine.llm_engine import EngineOptions, LLMEngine
from engine.protocol import Failed, GenerationRequest, SamplingParams

Prompts = tuple[tuple[int, ...], ...]


def make_prompts(folder: Path, *, batch: int, prompt_tokens: int, seed: int = 0) -> Prompts:
    """Random prompts of ordinary tokens, the same for the same arguments."""
    tokenizer = ChatTokenizer.from_folder(folder)
    ordinary = [i for i in range(tokenizer.vocab_size) if not tokenizer.is_added(i)]
    chance = random.Random(seed)
    return tuple(tuple(chance.choices(ordinary, k=prompt_tokens)) for _ in range(batch))


class Contestant(Protocol):
    """Something that generates greedily and can be timed."""

    def measure(self, prompts: Prompts, new_tokens: int) -> Round:
        """Answer all prompts at once, each with exactly `new_tokens` tokens."""


class OurEngine:
    """The engine as it is served: scheduler, runner, sampler, detokenizer and parser."""

    def __init__(
        self, folder: Path, *, device: str, dtype: str, batch: int, threads: int | None
    ) -> None:
        options = EngineOptions(max_running=batch, max_waiting=batch, cpu_threads=threads)
        self._engine = LLMEngine.from_folder(folder, device=device, dtype=dtype, options=options)
        self.device_name = self._engine.device_name
        self.dtype_name = self._engine.dtype_name

    def measure(self, prompts: Prompts, new_tokens: int) -> Round:
        """Answer all prompts at once, each with exactly `new_tokens` tokens."""
        started_at = time.perf_counter()
        for index, prompt in enumerate(prompts):
            self._engine.submit_prompt(_request(index, new_tokens), prompt, ignore_stop_tokens=True)
        answers: dict[str, list[int]] = {str(index): [] for index in range(len(prompts))}
        step_times: list[float] = []
        while self._engine.has_work():
            self._step(answers)
            if all(answers.values()):
                step_times.append(time.perf_counter())
        return Round(started_at, tuple(step_times), len(prompts), tuple(answers["0"]))

    def _step(self, answers: dict[str, list[int]]) -> None:
        for output in self._engine.step():
            answers[output.request_id].extend(output.batch.token_ids)
            for event in output.batch.events:
                if isinstance(event, Failed):
                    raise EngineError(event.code, event.message)


def _request(index: int, new_tokens: int) -> GenerationRequest:
    sampling = SamplingParams(temperature=0.0, max_tokens=new_tokens)
    return GenerationRequest(request_id=str(index), model="", messages=(), sampling=sampling)


def interleave(
    contestants: Sequence[Contestant], prompts: Prompts, new_tokens: int, rounds: int
) -> list[list[Round]]:
    """Let the contestants take turns, so that a busy moment of the machine meets them alike.

    One round before the first that counts warms everything up.
    """
    results: list[list[Round]] = [[] for _ in contestants]
    for number in range(rounds + 1):
        for contestant, result in zip(contestants, results, strict=True):
            one = contestant.measure(prompts, new_tokens)
            if number:
                result.append(one)
    return results

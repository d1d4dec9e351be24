"""Greedy answers of an engine on a device, and how long its steps take."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.llm_engine import EngineOptions, LLMEngine
from engine.protocol import Failed, GenerationRequest, SamplingParams

Texts = Mapping[str, list[int]]


@dataclass(frozen=True, slots=True)
class Answers:
    """The tokens of each answer, and the seconds and tokens since all had their first one."""

    texts: Texts
    seconds: float
    tokens: int
    steps: int


def make_prompts(count: int, tokens: int, vocab_size: int) -> list[list[int]]:
    """Prompts of random tokens, the same for the same arguments; the later ones are shorter."""
    chance = random.Random(count)
    lengths = [max(1, tokens - 7 * number) for number in range(count)]
    return [chance.choices(range(vocab_size), k=length) for length in lengths]


def answer(
    folder: Path,
    prompts: Sequence[Sequence[int]],
    *,
    device: str,
    dtype: str,
    new_tokens: int,
    options: EngineOptions,
) -> Answers:
    """Answer all prompts at once with a new engine. Raises `EngineError`."""
    engine = LLMEngine.from_folder(folder, device=device, dtype=dtype, options=options)
    try:
        return answer_by(engine, prompts, new_tokens)
    finally:
        engine.close()


def answer_by(engine: LLMEngine, prompts: Sequence[Sequence[int]], new_tokens: int) -> Answers:
    """Answer all prompts at once, each with exactly `new_tokens` tokens. Raises `EngineError`."""
    texts: dict[str, list[int]] = {str(number): [] for number in range(len(prompts))}
    for name, prompt in zip(texts, prompts, strict=True):
        sampling = SamplingParams(temperature=0.0, max_tokens=new_tokens)
        request = GenerationRequest(request_id=name, model="", messages=(), sampling=sampling)
        engine.submit_prompt(request, prompt, ignore_stop_tokens=True)
    started_at, known, steps = 0.0, 0, 0
    while engine.has_work():
        _step(engine, texts)
        steps += started_at > 0
        if not started_at and all(texts.values()):
            started_at, known = time.perf_counter(), sum(map(len, texts.values()))
    seconds = time.perf_counter() - started_at
    return Answers(texts, seconds, sum(map(len, texts.values())) - known, steps)


def _step(engine: LLMEngine, texts: dict[str, list[int]]) -> None:
    for output in engine.step():
        texts[output.request_id].extend(output.batch.token_ids)
        for event in output.batch.events:
            if isinstance(event, Failed):
                raise EngineError(event.code, event.message)


def count_equal(actual: Texts, expected: Texts) -> int:
    """Leading tokens that are the same, summed over the answers."""
    equal = 0
    for name, tokens in expected.items():
        pairs = enumerate(zip(actual[name], tokens, strict=False))
        equal += next((at for at, (a, b) in pairs if a != b), len(tokens))
    return equal

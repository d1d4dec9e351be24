"""Engines, requests and readers for tests, over a tiny random checkpoint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from engine.errors import GenerationCorrupted
from engine.llm_engine import EngineOptions, LLMEngine, RequestOutput
from engine.llm_engine.assembly import EngineParts, load_parts
from engine.protocol import (
    TERMINAL_EVENTS,
    ChatMessage,
    EngineEvent,
    EventBatch,
    Failed,
    Finished,
    GenerationRequest,
    Role,
    SamplingParams,
    TextDelta,
    ThinkingDelta,
    TokenLogprobs,
)
from engine.runner import ModelRunner, StepItem, StepResult
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer

PADDING_ROWS = 20
CONTEXT_LENGTH = 512


def write_checkpoint(folder: Path, *, seed: int = 5) -> None:
    """A checkpoint whose embedding has rows beyond the tokenizer's ids, as the published ones."""
    vocab_size = write_tiny_tokenizer(folder) + PADDING_ROWS
    write_tiny_checkpoint(
        folder,
        "air",
        seed=seed,
        fp8=False,
        mtp=True,
        vocab_size=vocab_size,
        max_position_embeddings=CONTEXT_LENGTH,
    )
    # The tokenizer's generation_config.json names its real stop tokens.
    write_tiny_tokenizer(folder)


def poison_embedding(folder: Path, token_id: int) -> None:
    """Make one token's embedding a row that is not a number."""
    tensors = load_file(folder / "model.safetensors")
    tensors["model.embed_tokens.weight"][token_id] = torch.nan
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def build_engine(folder: Path, **options: Any) -> LLMEngine:
    return LLMEngine.from_folder(
        folder, device="cpu", dtype="float32", options=EngineOptions(**options)
    )


def load_engine_parts(folder: Path, **options: Any) -> EngineParts:
    return load_parts(
        folder,
        device_name="cpu",
        dtype_name="float32",
        options=EngineOptions(**options),
        progress=None,
    )


class ScriptedRunner(ModelRunner):
    """A model that writes what it is told, by request; an exception in the script is raised, and
    None stands for logits that are not finite. Behind its script it goes on with token 0: an answer
    that ended by a stop string is computed one step further than it is told."""

    def __init__(self, scripts: Mapping[str, Sequence[int | Exception | None]]) -> None:
        self._scripts = {name: iter(script) for name, script in scripts.items()}
        self.fed: dict[str, list[int]] = {}

    def launch(self, items: Sequence[StepItem]) -> None:
        for item in items:
            chunk = item.chunk
            tokens = chunk.sequence.token_ids[chunk.start : chunk.start + chunk.length]
            self.fed.setdefault(chunk.sequence.request_id, []).extend(tokens)

    def finish(self, items: Sequence[StepItem]) -> list[StepResult]:
        return [self._result(item) for item in items]

    def close(self) -> None:
        pass

    def _result(self, item: StepItem) -> StepResult:
        if not item.chunk.samples:
            return StepResult()
        token = next(self._scripts[item.chunk.sequence.request_id], 0)
        if isinstance(token, Exception):
            raise token
        if token is None:
            return StepResult(error=GenerationCorrupted())
        return StepResult(tokens=(token,))


def build_scripted_engine(
    folder: Path,
    scripts: Mapping[str, Sequence[int | Exception | None]],
    **options: Any,
) -> LLMEngine:
    parts = load_engine_parts(folder, **options)
    return LLMEngine(replace(parts, runner=ScriptedRunner(scripts)))


def make_request(name: str, text: str = "Make a small game.", **changes: Any) -> GenerationRequest:
    """A request; sampling fields may be given by name, greedy and 12 tokens unless told."""
    names = SamplingParams.__dataclass_fields__
    sampling = {key: changes.pop(key) for key in tuple(changes) if key in names}
    return GenerationRequest(
        request_id=name,
        model="tiny",
        messages=(ChatMessage(role=Role.USER, content=text),),
        sampling=SamplingParams(**{"temperature": 0.0, "max_tokens": 12, **sampling}),
        **changes,
    )


@dataclass
class Answer:
    """Everything one request was told; with several answers, `choices` tells them apart."""

    events: list[EngineEvent] = field(default_factory=list)
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[TokenLogprobs] = field(default_factory=list)
    choices: dict[int, "Answer"] = field(default_factory=dict)

    def add(self, batch: EventBatch) -> None:
        self.events.extend(batch.events)
        self.token_ids.extend(batch.token_ids)
        self.logprobs.extend(batch.logprobs)

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextDelta))

    @property
    def thinking(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, ThinkingDelta))

    @property
    def finished(self) -> Finished:
        last = self.events[-1]
        assert isinstance(last, Finished), last
        return last

    @property
    def failed(self) -> Failed:
        last = self.events[-1]
        assert isinstance(last, Failed), last
        return last


def collect(outputs: Iterable[RequestOutput], answers: dict[str, Answer]) -> None:
    for output in outputs:
        answer = answers.setdefault(output.request_id, Answer())
        answer.add(output.batch)
        answer.choices.setdefault(output.batch.choice, Answer()).add(output.batch)


def run_to_end(engine: LLMEngine, answers: dict[str, Answer] | None = None) -> dict[str, Answer]:
    """Step until nothing is left; every request must have ended exactly once."""
    answers = {} if answers is None else answers
    for _ in range(5000):
        if not engine.has_work():
            break
        collect(engine.step(), answers)
    assert not engine.has_work(), "the engine does not come to an end"
    for answer in answers.values():
        terminals = [event for event in answer.events if isinstance(event, TERMINAL_EVENTS)]
        assert len(terminals) == 1
        assert answer.events[-1] is terminals[0]
    assert engine.stats().kv_blocks_used == 0
    return answers


def answer_alone(engine: LLMEngine, request: GenerationRequest) -> Answer:
    engine.submit(request)
    return run_to_end(engine)[request.request_id]

"""Recorded steps on the device against the general way there, and both against the CPU."""

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path

from engine.bench.device_check.answers import Texts, answer, count_equal, make_prompts
from engine.bench.device_check.checks import Check, Outcome
from engine.llm_engine import EngineOptions
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer

NEW_TOKENS, PROMPT_TOKENS, PROMPT_VOCABULARY = 48, 90, 200
SHAPES: tuple[tuple[Shape, bool], ...] = (("air", False), ("full", False), ("air", True))


def list_step_checks(device: str, scratch: Path, nano: Path | None) -> Iterator[Check]:
    """Tiny models of both shapes, then glm-nano; alone and in a batch, with 0 to 3 drafts.

    In fp32 the texts must be those of the CPU, token for token. In bf16 and with weights in eight
    bits rounding differs from way to way: what agrees is told, and only an error is a failure.
    """
    models = [(_write(scratch, shape, fp8=fp8), fp8) for shape, fp8 in SHAPES]
    if nano is not None:
        models.append((nano, False))
    for (folder, fp8), batch in itertools.product(models, (1, 5)):
        for dtype in ("bfloat16",) if fp8 else ("float32", "bfloat16"):
            comparison = _Comparison(folder, device, dtype, batch)
            for graphs, drafts in itertools.product((False, True), range(4)):
                way = "recorded" if graphs else "general"
                name = f"{way} steps of {folder.name}, {dtype}, batch {batch}, {drafts} drafts"
                yield Check(name, functools.partial(comparison.check, graphs, drafts))


def _write(scratch: Path, shape: Shape, *, fp8: bool) -> Path:
    folder = scratch / f"{shape}{'-fp8' if fp8 else ''}"
    folder.mkdir(parents=True)
    vocab_size = write_tiny_tokenizer(folder)
    write_tiny_checkpoint(
        folder, shape, seed=3, fp8=fp8, mtp=True, vocab_size=vocab_size, max_position_embeddings=512
    )
    write_tiny_tokenizer(folder)
    return folder


class _Comparison:
    """One model, type and batch; what the CPU writes is computed once."""

    def __init__(self, folder: Path, device: str, dtype: str, batch: int) -> None:
        self._folder = folder
        self._device = device
        self._dtype = dtype
        self._batch = batch
        self._expected: Texts | None = None

    def check(self, graphs: bool, drafts: int) -> Outcome:
        if self._expected is None:
            plain = EngineOptions(max_drafts=0, compiled_step=False)
            self._expected = self._texts("cpu", "float32", plain)
        options = EngineOptions(
            max_drafts=drafts,
            cuda_graphs=graphs,
            compiled_step=False,
            # Torch's grouped products, which more rows go through, know no fp32 on a GPU.
            prefill_tokens_per_step=32 if self._dtype == "float32" else 2048,
        )
        texts = self._texts(self._device, self._dtype, options)
        equal, total = count_equal(texts, self._expected), self._batch * NEW_TOKENS
        must_be_equal = self._dtype == "float32"
        figures = {"equal_leading_tokens": equal, "tokens": total, "must_be_equal": must_be_equal}
        return Outcome(equal == total or not must_be_equal, figures)

    def _texts(self, device: str, dtype: str, options: EngineOptions) -> Texts:
        prompts = make_prompts(self._batch, PROMPT_TOKENS, PROMPT_VOCABULARY)
        answers = answer(
            self._folder, prompts, device=device, dtype=dtype, new_tokens=NEW_TOKENS,
            options=options,
        )  # fmt: skip
        return answers.texts

"""The peer: llama.cpp through llama-cpp-python. The only place that imports it.

Two loops, since neither is always the faster: `Llama.generate` answers one prompt; the loop on the
low-level calls answers any number at once. Runs where torch need not be installed.
"""

import ctypes
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.contestant import ContestantSpec, Facts, Workload
from engine.bench.measurement import Round, StepLog
from engine.errors import EngineError
from engine.protocol import ErrorCode

PREFILL_TOKENS = 512
BYTES_PER_WEIGHT = {"F32": 4.0, "F16": 2.0, "Q8_0": 34 / 32, "Q4_0": 18 / 32}


class LlamaCppPeer:
    """A GGUF model, answered greedily by the loop that `spec.variant` names."""

    def __init__(self, spec: ContestantSpec) -> None:
        # Any: the library is not installed where types are checked.
        import llama_cpp as library  # type: ignore[import-not-found,unused-ignore]

        self._library: Any = library
        make = {"generate": self._open_generate, "batch": self._open_batch}[spec.variant]
        self._answer: Callable[[Workload, StepLog], None] = make(spec)
        self.facts = Facts(
            name=f"llama.cpp (llama-cpp-python {library.__version__})",
            device="cpu",
            dtype=spec.dtype,
            threads=spec.threads or 1,
            bytes_per_weight=BYTES_PER_WEIGHT[spec.dtype],
            kv_itemsize=2,
        )

    def measure(self, workload: Workload) -> Round:
        """Answer all prompts at once, greedily, each with exactly the tokens asked for."""
        log = StepLog(len(workload.prompts), time.perf_counter())
        self._answer(workload, log)
        return log.finish()

    def _open_generate(self, spec: ContestantSpec) -> Callable[[Workload, StepLog], None]:
        model = self._library.Llama(
            spec.model,
            n_ctx=spec.context_tokens,
            n_batch=PREFILL_TOKENS,
            n_threads=spec.threads,
            n_threads_batch=spec.threads,
            verbose=False,
        )

        def answer(workload: Workload, log: StepLog) -> None:
            (prompt,) = workload.prompts
            # The library would find the start of the last prompt again.
            model.reset()
            tokens = model.generate(prompt, temp=0.0, repeat_penalty=1.0)
            for _, token in zip(range(workload.new_tokens), tokens, strict=False):
                log.note(time.perf_counter(), [(0, (token,))])

        return answer

    def _open_batch(self, spec: ContestantSpec) -> Callable[[Workload, StepLog], None]:
        loop = BatchLoop(self._library, spec)

        def answer(workload: Workload, log: StepLog) -> None:
            tokens = loop.read_prompts(workload.prompts)
            log.note(time.perf_counter(), [(i, (token,)) for i, token in enumerate(tokens)])
            for _ in range(workload.new_tokens - 1):
                tokens = loop.step(tokens)
                log.note(time.perf_counter(), [(i, (token,)) for i, token in enumerate(tokens)])

        return answer


class BatchLoop:
    """Several sequences in one context, each step one call of `llama_decode`."""

    def __init__(self, library: Any, spec: ContestantSpec) -> None:
        self._library = library
        # Kept, since the library calls it as long as it lives.
        self._silent = library.llama_log_callback(lambda _level, _text, _data: None)
        library.llama_log_set(self._silent, None)
        self._model = library.llama_model_load_from_file(
            spec.model.encode(), library.llama_model_default_params()
        )
        settings = library.llama_context_default_params()
        settings.n_ctx = spec.context_tokens * spec.batch
        settings.n_batch = settings.n_ubatch = PREFILL_TOKENS
        settings.n_seq_max = spec.batch
        settings.n_threads = settings.n_threads_batch = spec.threads
        self._context = library.llama_init_from_model(self._model, settings)
        if not self._context:
            sentence = f"llama.cpp cannot run {Path(spec.model).name}."
            raise EngineError(ErrorCode.MODEL_UNAVAILABLE, sentence)
        vocabulary = library.llama_model_get_vocab(self._model)
        self._row = ctypes.c_float * library.llama_vocab_n_tokens(vocabulary)
        self._batch = library.llama_batch_init(PREFILL_TOKENS, 0, 1)
        self._positions: list[int] = []

    def read_prompts(self, prompts: Sequence[Sequence[int]]) -> list[int]:
        """Forget everything and read the prompts; returns the first token of each answer."""
        memory = self._library.llama_get_memory(self._context)
        self._library.llama_memory_clear(memory, False)
        self._positions = [len(prompt) for prompt in prompts]
        return [self._read_prompt(sequence, prompt) for sequence, prompt in enumerate(prompts)]

    def step(self, tokens: Sequence[int]) -> list[int]:
        """Take each sequence's last token; returns the next ones."""
        for sequence, token in enumerate(tokens):
            self._put(sequence, token, self._positions[sequence], sequence, wants_logits=True)
            self._positions[sequence] += 1
        self._decode(len(tokens))
        return [self._best(sequence) for sequence in range(len(tokens))]

    def logits(self, row: int) -> Any:
        """Logits fp32 [vocab] of a row of the last call that asked for them."""
        pointer = self._library.llama_get_logits_ith(self._context, row)
        return np.frombuffer(self._row.from_address(ctypes.addressof(pointer.contents)), np.float32)

    def _read_prompt(self, sequence: int, prompt: Sequence[int]) -> int:
        count = 0
        for start in range(0, len(prompt), PREFILL_TOKENS):
            part = prompt[start : start + PREFILL_TOKENS]
            count = len(part)
            for row, token in enumerate(part):
                is_last = start + row == len(prompt) - 1
                self._put(row, token, start + row, sequence, wants_logits=is_last)
            self._decode(count)
        return self._best(count - 1)

    def _put(
        self, row: int, token: int, position: int, sequence: int, *, wants_logits: bool
    ) -> None:
        batch = self._batch
        batch.token[row], batch.pos[row] = token, position
        batch.n_seq_id[row], batch.seq_id[row][0] = 1, sequence
        batch.logits[row] = wants_logits

    def _decode(self, rows: int) -> None:
        self._batch.n_tokens = rows
        failed = self._library.llama_decode(self._context, self._batch)
        if failed:
            sentence = f"llama.cpp cannot compute this batch (code {failed})."
            raise EngineError(ErrorCode.MODEL_UNAVAILABLE, sentence)

    def _best(self, row: int) -> int:
        return int(self.logits(row).argmax())

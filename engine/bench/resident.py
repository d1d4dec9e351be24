"""Contestants as processes that stay: each with its own threads, only one at work at a time."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TextIO, cast

from engine.bench.contestant import (
    ContestantSpec,
    Facts,
    Kind,
    Workload,
    facts_from_json,
    round_from_json,
    to_json,
)
from engine.bench.contestant_process import REFUSAL
from engine.bench.measurement import Round
from engine.errors import EngineError
from engine.protocol import ErrorCode

ROOT = Path(__file__).resolve().parents[2]
PROCESS = "engine.bench.contestant_process"
END_SECONDS = 2.0


class Resident:
    """One contestant in a process of its own; a context manager that ends it."""

    def __init__(self, spec: ContestantSpec, python: str = sys.executable) -> None:
        """Starts to load it; `facts` waits for that. `python` is its interpreter."""
        self.spec = spec
        self._facts: Facts | None = None
        self._process = subprocess.Popen(
            [python, "-m", PROCESS, to_json(spec)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Where Python finds the engine, whatever interpreter it is.
            cwd=ROOT,
            text=True,
        )

    @property
    def facts(self) -> Facts:
        """What it says of itself. Raises EngineError if it could not be loaded."""
        if self._facts is None:
            self._facts = facts_from_json(self._read())
        return self._facts

    @property
    def process_id(self) -> int:
        """The operating system's number of the process."""
        return self._process.pid

    def measure(self, workload: Workload) -> Round:
        """Answer all prompts at once. Raises EngineError if the process cannot."""
        requests = cast("TextIO", self._process.stdin)
        requests.write(to_json(workload) + "\n")
        requests.flush()
        return round_from_json(self._read())

    def close(self) -> None:
        """End the process, by force if it does not end by itself."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "Resident":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> str:
        line = cast("TextIO", self._process.stdout).readline()
        if line.startswith(REFUSAL):
            raise EngineError(ErrorCode.MODEL_UNAVAILABLE, line.removeprefix(REFUSAL).strip())
        if not line:
            sentence = f"The process of {self.spec.name} ended; what it said stands above."
            raise EngineError(ErrorCode.MODEL_UNAVAILABLE, sentence)
        return line


@contextmanager
def residents(
    specs: Sequence[ContestantSpec], llama_python: str = sys.executable
) -> Iterator[list[Resident]]:
    """All contestants, loaded one after the other, and ended with the block."""
    with ExitStack() as stack:
        started = []
        for spec in specs:
            python = llama_python if spec.kind is Kind.LLAMA_CPP else sys.executable
            started.append(stack.enter_context(Resident(spec, python)))
            # Loading together would only make them fight for the cores.
            _ = started[-1].facts
        yield started

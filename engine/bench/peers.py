"""Which peers can take part on this machine, and with what settings: each in all its ways."""

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.bench.contestant import ContestantSpec, Kind
from engine.bench.gguf_glm4_moe import write_glm4_moe_gguf
from engine.bench.gguf_types import GgufType
from engine.errors import EngineError
from engine.protocol import ErrorCode

NOT_INSTALLED = "not installed"
TRANSFORMERS_DTYPES = ("float32", "bfloat16")
LLAMA_TYPES = (GgufType.F16, GgufType.Q8_0, GgufType.Q4_0)
ONE_SEQUENCE_LOOP = "generate"
LLAMA_LOOPS = (ONE_SEQUENCE_LOOP, "batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOptions:
    """What the peers need to know. `batch` is the most sequences at once."""

    model: Path
    device: str
    threads: int
    batch: int
    context_tokens: int
    random_weights: bool = False


def is_installed(kind: Kind, llama_python: str) -> bool:
    """Whether the peer's library can be imported where it would run."""
    if kind is Kind.TRANSFORMERS:
        return importlib.util.find_spec("transformers") is not None
    if llama_python == sys.executable:
        return importlib.util.find_spec("llama_cpp") is not None
    command = [llama_python, "-c", "import llama_cpp"]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def peer_specs(kind: Kind, options: PeerOptions, folder: Path) -> list[ContestantSpec]:
    """One contestant for each way in which the peer may be used; files go into `folder`.

    Raises EngineError for llama.cpp where there are no weights to convert.
    """
    if kind is Kind.TRANSFORMERS:
        return [_transformers_spec(options, dtype) for dtype in TRANSFORMERS_DTYPES]
    if options.random_weights:
        sentence = "llama.cpp can only be compared on stored weights; name a --model."
        raise EngineError(ErrorCode.INVALID_REQUEST, sentence)
    specs = []
    for weight_type in LLAMA_TYPES:
        file = folder / f"{weight_type.name}.gguf"
        if not file.exists():
            write_glm4_moe_gguf(options.model, file, weight_type)
        specs += [_llama_spec(options, file, weight_type, loop) for loop in LLAMA_LOOPS]
    return specs


def way_of(spec: ContestantSpec) -> str:
    """The way in which a peer is used, in a word or two: "bfloat16", "Q8_0 generate"."""
    return spec.variant if spec.kind is Kind.TRANSFORMERS else f"{spec.dtype} {spec.variant}"


def ways_for_batch(specs: Sequence[ContestantSpec], batch: int) -> list[ContestantSpec]:
    """Those that can answer so many prompts at once."""
    return [spec for spec in specs if batch == 1 or spec.variant != ONE_SEQUENCE_LOOP]


def _transformers_spec(options: PeerOptions, dtype: str) -> ContestantSpec:
    return ContestantSpec(
        kind=Kind.TRANSFORMERS,
        name="transformers",
        model=str(options.model),
        device=options.device,
        variant=dtype,
        threads=options.threads,
        batch=options.batch,
        random_weights=options.random_weights,
    )


def _llama_spec(
    options: PeerOptions, file: Path, weight_type: GgufType, loop: str
) -> ContestantSpec:
    return ContestantSpec(
        kind=Kind.LLAMA_CPP,
        name="llama.cpp",
        model=str(file),
        dtype=weight_type.name,
        variant=loop,
        threads=options.threads,
        batch=options.batch,
        context_tokens=options.context_tokens,
    )

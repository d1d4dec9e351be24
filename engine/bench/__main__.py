"""`python -m engine.bench decode`: one JSON line with the figures of this machine."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from engine.bench.decode import Contestant, OurEngine, interleave, make_prompts
from engine.bench.measurement import count_equal_tokens, summarize
from engine.errors import EngineError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code, 1 for an error told in one sentence."""
    options = _build_parser().parse_args(arguments)
    try:
        if options.peer is None:
            report = measure_decode(options, peer_folder=None)
        else:
            with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder:
                report = measure_decode(options, peer_folder=Path(folder))
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(json.dumps(report))
    return 0


def measure_decode(options: argparse.Namespace, peer_folder: Path | None) -> dict[str, Any]:
    """All rounds of all contestants, as one record; `peer_folder` takes the peer's weights."""
    prompts = make_prompts(options.model, batch=options.batch, prompt_tokens=options.prompt_tokens)
    ours = OurEngine(
        options.model,
        device=options.device,
        dtype=options.dtype,
        batch=options.batch,
        threads=options.threads,
    )
    contestants: list[Contestant] = [ours]
    report: dict[str, Any] = {
        "bench": "decode",
        "model": options.model.resolve().name,
        "device": ours.device_name,
        "dtype": ours.dtype_name,
        "threads": torch.get_num_threads(),
        "batch": options.batch,
        "prompt_tokens": options.prompt_tokens,
        "new_tokens": options.new_tokens,
        "rounds": options.rounds,
    }
    if peer_folder is not None:
        # Lazily: the peer's library is heavy and not a dependency of the engine.
        from engine.bench.peers import TransformersPeer

        peer = TransformersPeer(
            options.model, peer_folder, device=options.device, dtype=ours.dtype_name
        )
        contestants.append(peer)
        report["peer"] = {"name": peer.name}
    results = interleave(contestants, prompts, options.new_tokens, options.rounds)
    report |= summarize(results[0])
    if peer_folder is not None:
        report["peer"] |= summarize(results[1])
        equal = count_equal_tokens(results[0][0].token_ids, results[1][0].token_ids)
        report["peer"]["equal_leading_tokens"] = equal
        ratio = report["tokens_per_second"] / report["peer"]["tokens_per_second"]
        report["ratio"] = round(ratio, 2)
    return report


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.bench")
    commands = parser.add_subparsers(dest="command", required=True)
    decode = commands.add_parser("decode", help="tokens per second after the first")
    decode.add_argument("--model", type=Path, required=True, help="a checkpoint folder")
    decode.add_argument("--prompt-tokens", type=_positive, default=300)
    decode.add_argument("--new-tokens", type=_at_least_two, default=120)
    decode.add_argument("--rounds", type=_positive, default=5)
    decode.add_argument("--batch", type=_positive, default=1)
    decode.add_argument("--peer", choices=("transformers",), help="measure it in the same run")
    decode.add_argument("--device", default="auto", help="auto, cpu or cuda")
    decode.add_argument("--dtype", default="auto", help="auto, float32, bfloat16 or float16")
    decode.add_argument("--threads", type=_positive, help="on the CPU, for the peer too")
    return parser


def _positive(text: str) -> int:
    return _whole_number(text, 1)


def _at_least_two(text: str) -> int:
    return _whole_number(text, 2)


def _whole_number(text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if value < least:
        raise argparse.ArgumentTypeError(f"{value} is below {least}")
    return value


if __name__ == "__main__":
    sys.exit(main())

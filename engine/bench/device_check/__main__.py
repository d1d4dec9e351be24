"""The command line: one JSON line per check, exit code 1 if any failed, 2 without a GPU."""

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import torch

from engine.bench.device_check.checks import Check, Figure, Outcome, run_checks
from engine.bench.device_check.kernel_parity import list_kernel_checks
from engine.bench.device_check.random_inputs import Geometry
from engine.bench.device_check.speed import list_speed_checks
from engine.bench.device_check.step_parity import list_step_checks

NO_DEVICE = "The device check needs a CUDA device, and this machine has none."
DEVICE = "cuda"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every check on the first CUDA device."""
    options = _build_parser().parse_args(arguments)
    if not torch.cuda.is_available():
        print(NO_DEVICE, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        checks = _list_checks(Path(scratch), options.nano, options.layers)
        failed = run_checks(checks, partial(print, flush=True))
    print(f"{failed} checks failed.", file=sys.stderr)
    return 1 if failed else 0


def _list_checks(scratch: Path, nano: Path | None, num_layers: int) -> Iterator[Check]:
    return itertools.chain(
        [Check("device", _describe_device)],
        list_kernel_checks(torch.device(DEVICE), Geometry()),
        list_step_checks(DEVICE, scratch, nano),
        list_speed_checks(DEVICE, scratch, num_layers),
    )


def _describe_device() -> Outcome:
    free_bytes, total_bytes = torch.cuda.mem_get_info()
    figures: dict[str, Figure] = {
        "device": torch.cuda.get_device_name(),
        "torch": str(torch.__version__),
        "cuda": str(torch.version.cuda),
        "free_gigabytes": round(free_bytes / 1e9, 1),
        "total_gigabytes": round(total_bytes / 1e9, 1),
    }
    return Outcome(True, figures)


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.device_check")
    parser.add_argument("--nano", type=Path, help="the folder of glm-nano, compared too")
    parser.add_argument("--layers", type=int, default=8, help="layers of Air that are timed")
    return parser


if __name__ == "__main__":
    sys.exit(main())

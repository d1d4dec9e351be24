"""`python -m engine.bench COMMAND`: one JSON line with the figures of this machine.

`all` prints one line for each figure that the project promises.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from engine.bench.arguments import build_parser
from engine.bench.command_options import (
    decode_options,
    draft_options,
    figure_options,
    kernel_options,
    prefill_options,
    serve_options,
)
from engine.bench.decode import measure_decode
from engine.bench.drafts import measure_drafts
from engine.bench.figures import measure_figures
from engine.bench.kernel_table import measure_kernels
from engine.bench.prefill import measure_prefill
from engine.bench.random_model import random_model_folder
from engine.bench.serve import measure_serve
from engine.checkpoint.config import read_model_config
from engine.errors import EngineError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code, 1 for an error told in one sentence."""
    options = build_parser().parse_args(arguments)
    try:
        with _model_folder(options) as options.model:
            # Before any process is started for it.
            read_model_config(options.model)
            for line in _lines(options):
                print(line, flush=True)
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


def _model_folder(options: argparse.Namespace) -> AbstractContextManager[Path]:
    if options.random_weights is None:
        return nullcontext(options.model)
    return random_model_folder(options.random_weights, options.num_layers)


def _lines(options: argparse.Namespace) -> Iterator[str]:
    match options.command:
        case "decode" if options.drafts:
            yield json.dumps(measure_drafts(draft_options(options)))
        case "decode":
            yield json.dumps(measure_decode(decode_options(options)))
        case "prefill":
            yield json.dumps(measure_prefill(prefill_options(options)))
        case "serve":
            yield json.dumps(measure_serve(serve_options(options)))
        case "kernels":
            yield json.dumps(measure_kernels(kernel_options(options)))
        case "all":
            yield from (figure.to_json() for figure in measure_figures(figure_options(options)))


if __name__ == "__main__":
    sys.exit(main())

"""The process of one contestant: `python -m engine.bench.contestant_process SPEC`.

Reads workloads, one JSON line each, from standard input and writes rounds to standard output. It
waits in a blocking read, so that it takes no core while others are timed. Ends with its input.
"""

import os
import sys
from typing import TextIO

from engine.bench.contestant import (
    Contestant,
    ContestantSpec,
    Kind,
    spec_from_json,
    to_json,
    workload_from_json,
)
from engine.errors import EngineError

REFUSAL = "error: "


def start_contestant(spec: ContestantSpec) -> Contestant:
    """Load it. Each is imported only where it is used: none needs another's libraries."""
    if spec.kind is Kind.ENGINE:
        from engine.bench.engine_contestant import EngineContestant

        return EngineContestant(spec)
    if spec.kind is Kind.TRANSFORMERS:
        from engine.bench.transformers_peer import TransformersPeer

        return TransformersPeer(spec)
    from engine.bench.llama_cpp_peer import LlamaCppPeer

    return LlamaCppPeer(spec)


def serve(spec: ContestantSpec, requests: TextIO, answers: TextIO) -> None:
    """Load, say what it is, then answer one workload after the other."""
    contestant = start_contestant(spec)
    print(to_json(contestant.facts), file=answers, flush=True)
    for line in requests:
        print(to_json(contestant.measure(workload_from_json(line))), file=answers, flush=True)


def main() -> int:
    """Run the process; what an engine error says goes to the one who asked."""
    # Libraries write what they like to standard output; the answers get a way of their own.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        serve(spec_from_json(sys.argv[1]), sys.stdin, answers)
    except EngineError as error:
        print(REFUSAL + error.message, file=answers, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

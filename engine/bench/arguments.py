"""The command line of `python -m engine.bench`."""

import argparse
from pathlib import Path

from engine.bench.contestant import Kind

PEERS = tuple(kind.value for kind in Kind if kind is not Kind.ENGINE)


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_decode(commands.add_parser("decode", help="tokens per second after the first"))
    _add_prefill(commands.add_parser("prefill", help="time to the first token"))
    _add_serve(commands.add_parser("serve", help="arrivals that do not wait"))
    _add_kernels(commands.add_parser("kernels", help="a step by its number of rows"))
    _add_all(commands.add_parser("all", help="every promised figure, one line each"))
    return parser


def _add_decode(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, rounds=5)
    _add_peers(parser)
    _add_sizes(parser, new_tokens=120)
    parser.add_argument("--batch", type=positive, default=1, help="answers at once")
    parser.add_argument("--busy", type=natural, default=0, help="busy processes in extra rounds")
    parser.add_argument(
        "--drafts", type=natural, nargs="+", help="compare these counts of drafts, on chat"
    )
    parser.add_argument(
        "--forced",
        action="store_true",
        help="so many drafts in every step, paying or not",
    )


def _add_prefill(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, rounds=5)
    _add_peers(parser)
    parser.add_argument("--prompt-tokens", type=positive, nargs="+", default=[300, 2000])
    parser.add_argument("--second-turn", action="store_true", help="also a turn with a prefix hit")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, rounds=None)
    parser.add_argument("--rate", type=above_zero, nargs="+", default=[1.0, 4.0], help="a second")
    parser.add_argument("--seconds", type=above_zero, default=20.0, help="for each rate")
    parser.add_argument("--new-tokens", type=at_least_two, default=200, help="at most")
    parser.add_argument("--batch", type=positive, default=8, help="answers at once, at most")
    parser.add_argument("--target-ttft-ms", type=above_zero, default=250.0)
    parser.add_argument("--target-itl-ms", type=above_zero, default=50.0)


def _add_kernels(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, rounds=3)
    _add_sizes(parser, new_tokens=60)
    parser.add_argument("--rows", type=positive, nargs="+", default=[1, 2, 4, 8, 16])


def _add_all(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, rounds=5)
    _add_peers(parser, default=PEERS)
    _add_sizes(parser, new_tokens=120)
    parser.add_argument("--long-prompt-tokens", type=positive, default=2000)
    parser.add_argument("--busy", type=positive, default=1, help="busy processes")
    parser.add_argument("--drafts", type=natural, nargs="+", default=[0, 1, 2, 3])


def _add_common(parser: argparse.ArgumentParser, *, rounds: int | None) -> None:
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--model", type=Path, help="a checkpoint folder")
    model.add_argument(
        "--random-weights", choices=("air", "full", "nano"), help="this geometry, filled with noise"
    )
    parser.add_argument("--num-layers", type=at_least_two, help="of random weights, to cut them")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--dtype", default="auto", help="auto, float32, bfloat16 or float16")
    parser.add_argument("--threads", type=positive, help="on the CPU, for the peers too")
    parser.add_argument(
        "--quiet-seconds", type=not_negative, default=30.0, help="waiting for others, altogether"
    )
    parser.add_argument(
        "--limit-seconds", type=above_zero, default=90.0, help="for one comparison, about"
    )
    if rounds is not None:
        parser.add_argument("--rounds", type=positive, default=rounds)


def _add_peers(parser: argparse.ArgumentParser, default: tuple[str, ...] = ()) -> None:
    parser.add_argument(
        "--peer", choices=PEERS, nargs="+", default=default, help="measured in the same run"
    )
    parser.add_argument("--llama-python", help="the interpreter that has llama_cpp")


def _add_sizes(parser: argparse.ArgumentParser, *, new_tokens: int) -> None:
    parser.add_argument("--prompt-tokens", type=positive, default=300)
    parser.add_argument("--new-tokens", type=at_least_two, default=new_tokens)


def natural(text: str) -> int:
    """A whole number from 0 on."""
    return _whole_number(text, 0)


def positive(text: str) -> int:
    """A whole number from 1 on."""
    return _whole_number(text, 1)


def at_least_two(text: str) -> int:
    """A whole number from 2 on."""
    return _whole_number(text, 2)


def not_negative(text: str) -> float:
    """A number from 0 on."""
    return _number(text, 0)


def above_zero(text: str) -> float:
    """A rate or a time, not a tiny one."""
    return _number(text, 0.001)


def _whole_number(text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if value < least:
        raise argparse.ArgumentTypeError(f"{value} is below {least}")
    return value


def _number(text: str, least: float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not least <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{value} is not a number from {least} on")
    return value

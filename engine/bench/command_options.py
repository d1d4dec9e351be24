"""From the parsed command line to the options of each command."""

import argparse

from engine.bench.arena import ArenaOptions
from engine.bench.arrivals import Targets
from engine.bench.contestant import Kind
from engine.bench.decode import DecodeOptions
from engine.bench.drafts import DraftOptions
from engine.bench.figures import FigureOptions
from engine.bench.kernel_table import KernelOptions
from engine.bench.prefill import PrefillOptions
from engine.bench.prompts import CHAT_PROMPTS
from engine.bench.serve import ServeOptions


def decode_options(options: argparse.Namespace) -> DecodeOptions:
    """What `decode` is asked for, without `--drafts`."""
    return DecodeOptions(
        arena=_arena(options),
        batch=options.batch,
        prompt_tokens=options.prompt_tokens,
        new_tokens=options.new_tokens,
        rounds=options.rounds,
        busy=options.busy,
    )


def draft_options(options: argparse.Namespace) -> DraftOptions:
    """What `decode --drafts` is asked for."""
    return DraftOptions(
        arena=_arena(options),
        counts=tuple(options.drafts),
        forced=options.forced,
        new_tokens=options.new_tokens,
        rounds=max(options.rounds, len(CHAT_PROMPTS)),
    )


def prefill_options(options: argparse.Namespace) -> PrefillOptions:
    """What `prefill` is asked for."""
    return PrefillOptions(
        arena=_arena(options),
        prompt_tokens=tuple(options.prompt_tokens),
        rounds=options.rounds,
        second_turn=options.second_turn,
    )


def serve_options(options: argparse.Namespace) -> ServeOptions:
    """What `serve` is asked for."""
    return ServeOptions(
        arena=_arena(options),
        rates=tuple(options.rate),
        targets=Targets(ttft_ms=options.target_ttft_ms, itl_ms=options.target_itl_ms),
        seconds=options.seconds,
        new_tokens=options.new_tokens,
    )


def kernel_options(options: argparse.Namespace) -> KernelOptions:
    """What `kernels` is asked for."""
    return KernelOptions(
        arena=_arena(options, batch=max(options.rows)),
        rows=tuple(options.rows),
        prompt_tokens=options.prompt_tokens,
        new_tokens=options.new_tokens,
        rounds=options.rounds,
    )


def figure_options(options: argparse.Namespace) -> FigureOptions:
    """What `all` is asked for."""
    return FigureOptions(
        arena=_arena(options),
        rounds=options.rounds,
        prompt_tokens=options.prompt_tokens,
        long_prompt_tokens=options.long_prompt_tokens,
        new_tokens=options.new_tokens,
        busy=options.busy,
        draft_counts=tuple(options.drafts),
    )


def _arena(options: argparse.Namespace, batch: int = 1) -> ArenaOptions:
    return ArenaOptions(
        model=options.model,
        peers=tuple(dict.fromkeys(Kind(name) for name in getattr(options, "peer", ()))),
        device=options.device,
        dtype=options.dtype,
        threads=options.threads,
        batch=getattr(options, "batch", batch),
        llama_python=getattr(options, "llama_python", None),
        quiet_seconds=options.quiet_seconds,
        limit_seconds=options.limit_seconds,
        random_weights=options.random_weights is not None,
    )

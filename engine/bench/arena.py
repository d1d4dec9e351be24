"""Everything a comparison needs: our engine and its peers, started once and asked many times."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.bench.busy import busy_processes
from engine.bench.contestant import ContestantSpec, Kind, Workload
from engine.bench.peers import PeerOptions, is_installed, peer_specs, ways_for_batch
from engine.bench.quiet import QuietWatch
from engine.bench.resident import Resident, residents
from engine.bench.rounds import Result, play_rounds
from engine.runner.threads import usable_cores


@dataclass(frozen=True, slots=True, kw_only=True)
class ArenaOptions:
    """Who meets. `batch` is the most sequences at once that will be asked for.

    `threads` is for everybody; None lets our engine choose and gives the peers all cores. Waiting
    for a quiet machine takes at most `quiet_seconds` altogether, one comparison about
    `limit_seconds` (it then has fewer rounds).
    """

    model: Path
    peers: tuple[Kind, ...] = ()
    device: str = "auto"
    dtype: str = "auto"
    threads: int | None = None
    batch: int = 1
    context_tokens: int = 4096
    llama_python: str | None = None
    quiet_seconds: float = 30.0
    limit_seconds: float = 90.0
    random_weights: bool = False


class Arena:
    """Contestants that wait; `compare` lets those that can take part play rounds."""

    def __init__(
        self,
        contestants: Sequence[Resident],
        missing: Sequence[Kind],
        quiet: QuietWatch,
        limit_seconds: float,
    ) -> None:
        self._contestants = contestants
        self._limit_seconds = limit_seconds
        self.missing = tuple(missing)
        self.quiet = quiet

    def compare(
        self, workload_of: Callable[[int], Workload], *, batch: int, rounds: int, busy: int = 0
    ) -> list[Result]:
        """Results of all that can answer `batch` prompts at once, ours first.

        `busy` processes take the cores meanwhile.
        """
        able = ways_for_batch([one.spec for one in self._contestants], batch)
        playing = [one for one in self._contestants if one.spec in able]
        with busy_processes(busy) as busy_ids:
            return play_rounds(
                playing,
                workload_of,
                rounds,
                self.quiet,
                limit_seconds=self._limit_seconds,
                busy_process_ids=busy_ids,
            )


@contextmanager
def open_arena(options: ArenaOptions) -> Iterator[Arena]:
    """Start our engine and the peers that are installed; end them with the block."""
    llama_python = options.llama_python or sys.executable
    present = [kind for kind in options.peers if is_installed(kind, llama_python)]
    missing = [kind for kind in options.peers if kind not in present]
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder:
        specs = [engine_spec(options), *_peer_specs(present, options, Path(folder))]
        with residents(specs, llama_python) as contestants:
            quiet = quiet_watch(contestants, options.quiet_seconds)
            yield Arena(contestants, missing, quiet, options.limit_seconds)


def engine_spec(options: ArenaOptions, max_drafts: int | None = None) -> ContestantSpec:
    """Our engine as a contestant."""
    return ContestantSpec(
        kind=Kind.ENGINE,
        name="ours" if max_drafts is None else f"ours k={max_drafts}",
        model=str(options.model.resolve()),
        device=options.device,
        dtype=options.dtype,
        threads=options.threads,
        batch=options.batch,
        context_tokens=options.context_tokens,
        max_drafts=max_drafts,
        random_weights=options.random_weights,
    )


def quiet_watch(contestants: Sequence[Resident], allowance_seconds: float) -> QuietWatch:
    """A watch that knows the contestants as our own."""
    return QuietWatch([one.process_id for one in contestants], allowance_seconds)


def _peer_specs(kinds: Sequence[Kind], options: ArenaOptions, folder: Path) -> list[ContestantSpec]:
    peers = PeerOptions(
        model=options.model,
        device=options.device,
        threads=options.threads or usable_cores(),
        batch=options.batch,
        context_tokens=options.context_tokens,
        random_weights=options.random_weights,
    )
    return [spec for kind in kinds for spec in peer_specs(kind, peers, folder)]

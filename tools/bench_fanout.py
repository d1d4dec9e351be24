"""`python -m tools.bench_fanout`: what the way from the engine to many browsers takes and loses.

All processes are the product's own, in a data folder of their own, but for the model: an engine
that writes 50 tokens a second for each answer stands in its place, under the real worker. Each
token says its number and its time, so that nothing can be lost unseen. Prints one JSON line each:

* `web_first_token`: from the command that starts a new chat to its first token, less the engine's
  own time; one chat after the other, and many at once.
* `fanout`: answers that are written at the same time, each to a socket of its own, beside sockets
  that do nothing; milliseconds from the engine's step to the client, CPU and memory by process.
* `never_reading`: what a client costs that subscribes and does not read.

The clients run in this process, on the same machine, and their time is in the figures.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.fanout.clients import Client, Reading, make_guests, open_clients, open_silent
from tools.fanout.figures import cpu_between, spread, use_between
from tools.fanout.paced_engine import TOKENS_PER_SECOND
from tools.fanout.spoken import Pace
from tools.fanout.stage import Stage
from webapp.serving.open_files import allow_many_files

SHORT = Pace(tokens=3)
# Four seconds, as in the peer's figures: who asks last waits beside answers that are being written.
CROWD = Pace(tokens=200)
LONG_TOKENS = Pace(tokens=400, padding_bytes=8192)
SETTLE_SECONDS = 1.0
SILENT_SECONDS = 6.0
WARM_UP = 3


async def measure_first_tokens(
    stage: Stage, chats: int, at_once: int, crowds: int
) -> dict[str, Any]:
    """New chats of one person in turn, then of as many persons at the same time, `crowds` times:
    the first crowd meets processes that have seen none."""
    (client,) = await open_clients(stage.url, await make_guests(stage.url, 1))
    for _ in range(WARM_UP):
        await client.ask(SHORT)
    alone = [await client.ask(SHORT) for _ in range(chats)]
    await client.close()
    first, *again = [await _measure_crowd(stage, at_once) for _ in range(crowds)]
    return {"idle": _first_tokens(alone), "at_once": first, "at_once_again": again}


async def _measure_crowd(stage: Stage, at_once: int) -> dict[str, Any]:
    clients = await open_clients(stage.url, await make_guests(stage.url, at_once))
    await asyncio.sleep(SETTLE_SECONDS)
    begin = stage.measure()
    together = await asyncio.gather(*(client.ask(CROWD) for client in clients))
    used = cpu_between(begin, stage.measure())
    await _close(clients)
    each = {name: round(1000 * seconds / at_once, 1) for name, seconds in used.items()}
    return {**_first_tokens(together), "cpu_ms_per_chat": each}


async def measure_fanout(
    stage: Stage, generations: int, idle_sockets: int, seconds: float
) -> dict[str, Any]:
    """Answers of `seconds`, all at once, beside sockets that only listen."""
    before = stage.measure()["web"]
    idle = await open_clients(stage.url, await make_guests(stage.url, idle_sockets))
    await asyncio.sleep(SETTLE_SECONDS)
    with_idle = stage.measure()["web"]
    clients = await open_clients(stage.url, await make_guests(stage.url, generations))
    pace = Pace(tokens=int(seconds * TOKENS_PER_SECOND))
    begin = stage.measure()
    readings = await asyncio.gather(*(client.ask(pace) for client in clients))
    end = stage.measure()
    await _close([*idle, *clients])
    return {
        "generations": generations,
        "idle_sockets": idle_sockets,
        "tokens": sum(reading.tokens for reading in readings),
        "expected_tokens": generations * pace.tokens,
        "faults": _faults(readings),
        "step_to_socket_ms": spread([ms for reading in readings for ms in reading.latencies_ms]),
        "processes": use_between(begin, end),
        "kib_per_idle_socket": round(
            (with_idle.rss_bytes - before.rss_bytes) / 1024 / max(1, idle_sockets), 1
        ),
    }


async def measure_never_reading(stage: Stage, sockets: int) -> dict[str, Any]:
    """Sockets that subscribe to an answer of 3 MB and never read a byte of it."""
    (cookie,) = await make_guests(stage.url, 1)
    (owner,) = await open_clients(stage.url, [cookie])
    turn = await owner.start(LONG_TOKENS)
    await asyncio.sleep(SETTLE_SECONDS)
    before = stage.measure()["web"]
    silent = [await open_silent(stage.url, cookie, turn) for _ in range(sockets)]
    await asyncio.sleep(SILENT_SECONDS)
    after = stage.measure()["web"]
    await _close([owner, *silent])
    grown = after.rss_bytes - before.rss_bytes
    return {
        "sockets": sockets,
        "answer_mib": round(LONG_TOKENS.tokens * LONG_TOKENS.padding_bytes / 2**20, 1),
        "mib_per_socket": round(grown / 2**20 / sockets, 3),
    }


def _first_tokens(readings: Sequence[Reading]) -> dict[str, Any]:
    told = [reading for reading in readings if reading.first is not None]
    return {
        "chats": len(readings),
        "faults": _faults(readings),
        "added_ms": spread([reading.added_ms for reading in told]),
        "before_engine_ms": spread([reading.before_engine_ms for reading in told]),
    }


def _faults(readings: Sequence[Reading]) -> dict[str, Any]:
    faults = [reading.fault for reading in readings if reading.fault]
    return {"count": len(faults), "first": faults[0] if faults else None}


async def _close(clients: Sequence[Client]) -> None:
    await asyncio.gather(*(client.close() for client in clients), return_exceptions=True)


async def _measure_all(stage: Stage, options: argparse.Namespace) -> bool:
    """Prints the lines; whether nothing was lost."""
    first = await measure_first_tokens(stage, options.chats, options.at_once, options.crowds)
    _say("web_first_token", first)
    fanout = await measure_fanout(stage, options.generations, options.idle, options.seconds)
    _say("fanout", fanout)
    _say("never_reading", await measure_never_reading(stage, options.silent))
    crowds = (first["at_once"], *first["at_once_again"])
    faults = (fanout, first["idle"], *crowds)
    return not any(figures["faults"]["count"] for figures in faults)


def _say(bench: str, figures: dict[str, Any]) -> None:
    load = round(os.getloadavg()[0], 2)
    line = {"bench": bench, "cores": os.cpu_count(), "load": load, **figures}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure and print; exit code 1 if anything was lost."""
    options = _parse_options()
    allow_many_files()
    home = Path(tempfile.mkdtemp(prefix="atelier-fanout-"))
    try:
        with Stage(home, options.turns_workers) as stage:
            is_whole = asyncio.run(_measure_all(stage, options))
    finally:
        if not options.keep:
            shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if is_whole else 1)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench_fanout")
    parser.add_argument("--generations", type=int, default=64, help="answers at the same time")
    parser.add_argument("--idle", type=int, default=1000, help="sockets that only listen")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each answer is")
    parser.add_argument("--chats", type=int, default=50, help="new chats one after the other")
    parser.add_argument("--at-once", type=int, default=50, help="new chats at the same time")
    parser.add_argument("--crowds", type=int, default=4, help="how often that is done")
    parser.add_argument("--silent", type=int, default=32, help="sockets that never read")
    parser.add_argument("--turns-workers", type=int, default=2, help="of 32 turns each")
    parser.add_argument("--keep", action="store_true", help="leave the data folder with its logs")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""`python -m tools.bench_start`: how long `manage.py serve` takes, and what it holds when idle.

Starts the whole product twice in a data folder of its own. Prints one JSON line: seconds until the
line with the URL, at first (database and keys are made) and again; for each process its share of
memory (PSS) in MiB and its CPU seconds in ten seconds of idleness.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.browser.product import Product

IDLE_SECONDS = 10.0
# What each process is known by in its command line.
NAMES = {
    "manage.py": "serve",
    "redis-server": "redis",
    "engine.worker": "engine",
    "webapp.config.celery": "turns",
    "webapp.config.render_celery": "render",
    "daphne": "web",
}


def find_processes() -> dict[str, psutil.Process]:
    """The processes below this one, by their names in Atelier."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        line = " ".join(process.cmdline())
        name = next((name for sign, name in NAMES.items() if sign in line), process.name())
        found[name] = process
    return found


def measure_idle(processes: dict[str, psutil.Process]) -> dict[str, Any]:
    """Memory and CPU of processes that nobody asks for anything."""
    before = {name: _cpu_seconds(process) for name, process in processes.items()}
    time.sleep(IDLE_SECONDS)
    used = {
        name: round(_cpu_seconds(process) - before[name], 2) for name, process in processes.items()
    }
    memory = {
        name: round(process.memory_full_info().pss / 2**20) for name, process in processes.items()
    }
    return {"memory_mib": memory, "memory_mib_all": sum(memory.values()), "idle_cpu_s": used}


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def measure(home: Path, model: str) -> dict[str, Any]:
    """Two starts, and the idleness after the second."""
    product = Product(home, model)
    seconds = [_start(product)]
    product.stop()
    try:
        seconds.append(_start(product))
        idle = measure_idle(find_processes())
    finally:
        product.stop()
    return {"first_start_s": seconds[0], "second_start_s": seconds[1], **idle}


def _start(product: Product) -> float:
    begin = time.monotonic()
    product.start()
    return round(time.monotonic() - begin, 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench_start")
    parser.add_argument("--model", default="glm-nano", help="checkpoint folder, or a served name")
    options = parser.parse_args()
    load_before = round(os.getloadavg()[0], 2)
    home = Path(tempfile.mkdtemp(prefix="atelier-bench-"))
    try:
        report = measure(home, options.model)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    machine = {"cores": os.cpu_count(), "load_before": load_before}
    sys.stdout.write(json.dumps({"bench": "start", **machine, **report}) + "\n")


if __name__ == "__main__":
    main()

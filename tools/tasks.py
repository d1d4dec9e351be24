"""What `make test`, `check`, `audit`, `bench` and `types` run: `python -m tools.tasks NAME`.

Runs in the environment that `tools.setup` made. Every step runs even if an earlier one failed; the
exit code is 1 if any did.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.node import Node, find_system_node, find_wheel_node

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
PYTHON = sys.executable
BIN = Path(PYTHON).parent
CODE = ("engine", "webapp", "tools", "tests", "manage.py")
NANO = "models/glm-nano"
BANDIT = (f"{BIN}/bandit", "-q", "-c", "pyproject.toml", "-r", *CODE[:3], "manage.py")


@dataclass(frozen=True)
class Step:
    """One program of a task."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT


def steps_of(task: str, node: Node) -> list[Step]:
    """The steps of `task`. Raises KeyError for an unknown one."""
    return {
        "test": [
            Step("front-end tests", [node.npm, "test", "--silent"], FRONTEND),
            Step(
                "tests",
                [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--durations", "20"],
            ),
        ],
        "check": [
            Step("ruff check", [f"{BIN}/ruff", "check", *CODE]),
            Step("ruff format", [f"{BIN}/ruff", "format", "--check", *CODE]),
            Step("mypy", [f"{BIN}/mypy", *CODE]),
            Step("bandit", BANDIT),
            Step("import rules", [f"{BIN}/lint-imports"]),
            Step("front-end types", [node.npm, "run", "check", "--silent"], FRONTEND),
            Step("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
            Step(
                "deployment",
                [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            ),
        ],
        "audit": [
            Step("bandit", BANDIT),
            Step("pip-audit", [f"{BIN}/pip-audit", "--no-deps", "-r", "constraints.txt"]),
        ],
        "bench": [
            Step("figures", [PYTHON, "-m", "engine.bench", "all", "--model", NANO]),
            Step("serve", [PYTHON, "-m", "engine.bench", "serve", "--model", NANO]),
            Step("first token", [PYTHON, "-m", "tools.bench_first_token"]),
            Step("fan-out", [PYTHON, "-m", "tools.bench_fanout"]),
            Step("preview", [PYTHON, "-m", "tools.bench_preview"]),
            Step("start", [PYTHON, "-m", "tools.bench_start"]),
            Step("render", [PYTHON, "-m", "tools.bench_render"]),
            Step("export", [PYTHON, "-m", "tools.bench_export"]),
        ],
        "types": [Step("types", [node.npm, "run", "types", "--silent"], FRONTEND)],
    }[task]


def run_steps(steps: Sequence[Step], environment: dict[str, str]) -> list[str]:
    """Run each step with its output shown; returns the names of those that failed."""
    failed = []
    for step in steps:
        _say(f"── {step.name}")
        begin = time.monotonic()
        result = subprocess.run(step.command, cwd=step.folder, env=environment, check=False)
        if result.returncode != 0:
            failed.append(step.name)
            _say(f"── {step.name} failed after {time.monotonic() - begin:.0f} s")
    return failed


def main() -> None:
    """Run the task that the command line names."""
    node = find_system_node() or find_wheel_node(Path(PYTHON))
    if node is None:
        sys.exit("Node is missing; run: make setup")
    with tempfile.TemporaryDirectory(prefix="atelier-") as home:
        environment = {**node.environment(), "ATELIER_HOME": home}
        failed = run_steps(steps_of(sys.argv[1], node), environment)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()

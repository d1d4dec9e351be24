"""Set-up in one command: `python3 -m tools.setup [--tests]`, or `make setup`.

Makes `.venv/` with pinned packages (torch first), builds the front end and the library shelf, and
with `--tests` makes sure of a Chromium. Everything is stamped with the hash of what it was made
from, so that a second run does nothing and says nothing. Needs only Python's standard library.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python gets a sentence)
    sys.exit(
        "Atelier needs Python 3.11 or newer, and this one is older; "
        "install one and run: make PYTHON=/path/to/python3.11 setup"
    )

import argparse
import shutil
from pathlib import Path

from tools.chromium import bring_chromium
from tools.commands import SetupError
from tools.frontend import build_frontend
from tools.node import NODE_WHEEL, Node, find_system_node, find_wheel_node
from tools.python_packages import Packages
from tools.shelf import build_shelf
from webapp.rendering.browser.program import find_chromium

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "var" / "log" / "setup.log"
CHROMIUM_FOLDER = ROOT / "var" / "chromium"
MIN_FREE_BYTES = 3 * 1024**3


def main() -> None:
    """Do what is missing; a fault is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(description="Set up Atelier in this folder.")
    parser.add_argument("--tests", action="store_true", help="also make sure of a Chromium")
    parser.add_argument(
        "--torch",
        default="",
        help="torch to install instead of the pinned one: a requirement with pip's options, "
        "or 'system' to use the one of this Python",
    )
    options = parser.parse_args()
    try:
        set_up(options.torch, with_tests=options.tests)
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def set_up(torch: str, *, with_tests: bool) -> None:
    """Bring everything up to date. Raises SetupError."""
    packages = Packages(ROOT, LOG, torch=torch, say=_say)
    if not packages.are_installed():
        _check_disk()
        packages.install()
    node = _find_node(packages)
    build_frontend(ROOT / "frontend", node, packages.python, LOG, say=_say)
    build_shelf(ROOT / "frontend" / "shelf", node, LOG, say=_say)
    if find_chromium(CHROMIUM_FOLDER) is None:
        _bring_chromium(node, needed=with_tests)


def _bring_chromium(node: Node, *, needed: bool) -> None:
    """Serving goes on without one, so there it is tried once only."""
    tried = CHROMIUM_FOLDER / ".tried"
    if tried.exists() and not needed:
        return
    _say("Fetching a Chromium for checks, exports and browser tests (once) …")
    try:
        bring_chromium(CHROMIUM_FOLDER, node, LOG)
    except SetupError as error:
        if needed:
            raise
        tried.touch()
        _say(f"{error} Without it, made things are neither checked nor exported.")


def _find_node(packages: Packages) -> Node:
    node = find_system_node() or find_wheel_node(packages.python)
    if node is None:
        _say("Fetching Node, since the system has none that is new enough (once) …")
        packages.add(NODE_WHEEL)
        node = find_wheel_node(packages.python)
    if node is None:
        raise SetupError("Node 20.19 or newer is missing and its wheel does not run; install Node.")
    return node


def _check_disk() -> None:
    if shutil.disk_usage(ROOT).free < MIN_FREE_BYTES:
        raise SetupError(
            f"The disk that holds {ROOT} has less than {MIN_FREE_BYTES // 1024**3} GB free, which "
            "the first set-up needs; make room and run it again."
        )


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()

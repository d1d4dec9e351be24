"""The front end: packages from the lock file, the build, compressed copies of its files."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.commands import SetupError, run_logged
from tools.node import Node
from tools.stamps import hash_of, is_done, mark_done

_COMPRESS = ("-m", "servestatic.compress", "-q")
# The library shelf has packages and a build of its own: tools/shelf.py.
_SKIPPED = {"node_modules", "dist", "shelf"}


def build_frontend(
    folder: Path, node: Node, python: Path, log: Path, *, say: Callable[[str], None]
) -> None:
    """Bring `folder`/dist up to date; does nothing if no source changed. Raises SetupError."""
    if not (folder / "package-lock.json").exists():
        raise SetupError(f"There is no front end in {folder}; get a complete copy of Atelier.")
    built = folder / "dist" / ".atelier-build"
    wanted = hash_of([node.version.split(".")[0]], _sources(folder))
    if is_done(built, wanted):
        return
    _install(folder, node, log, say)
    say("Building the page …")
    npm = [node.npm, "run", "build"]
    run_logged("Building the page", npm, log, folder=folder, environment=node.environment())
    assets = folder / "dist" / "assets"
    if assets.is_dir():
        compress = [str(python), *_COMPRESS, str(assets)]
        run_logged("Compressing the page", compress, log, folder=folder)
    mark_done(built, wanted)


def _install(folder: Path, node: Node, log: Path, say: Callable[[str], None]) -> None:
    installed = folder / "node_modules" / ".atelier-packages"
    wanted = hash_of([node.version.split(".")[0]], [folder / "package-lock.json"])
    if is_done(installed, wanted):
        return
    say("Installing the page's packages (first time: a minute) …")
    shutil.rmtree(folder / "node_modules", ignore_errors=True)
    npm = [node.npm, "ci", "--no-audit", "--no-fund"]
    what = "Installing the page's packages"
    run_logged(what, npm, log, folder=folder, environment=node.environment())
    mark_done(installed, wanted)


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name not in _SKIPPED and not path.name.startswith("."):
            yield from _files(path)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for inner in path.iterdir():
            yield from _files(inner)

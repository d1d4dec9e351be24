"""The library shelf: packages from its lock file, and the files that `build.mjs` makes of them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.commands import SetupError, run_logged
from tools.node import Node
from tools.stamps import hash_of, is_done, mark_done

_WHAT = "Building the library shelf"
_SKIPPED = {"node_modules", "dist"}


def build_shelf(folder: Path, node: Node, log: Path, *, say: Callable[[str], None]) -> None:
    """Bring `folder`/dist up to date; does nothing if no source changed. Raises SetupError.

    The bundler is the one of the front end in the folder above. The packages are removed when the
    shelf stands: they are ten times as large as what it takes from them.
    """
    if not (folder / "package-lock.json").exists():
        raise SetupError(f"There is no library shelf in {folder}; get a complete copy of Atelier.")
    built = folder / "dist" / ".atelier-build"
    wanted = hash_of([node.version.split(".")[0]], _sources(folder))
    if is_done(built, wanted):
        return
    say("Building the library shelf (first time: a minute) …")
    packages = folder / "node_modules"
    install = [node.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    run_logged(_WHAT, install, log, folder=folder, environment=node.environment())
    build = [node.executable, "build.mjs"]
    run_logged(_WHAT, build, log, folder=folder, environment=node.environment())
    shutil.rmtree(packages, ignore_errors=True)
    mark_done(built, wanted)


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name not in _SKIPPED:
            yield from (inner for inner in (path, *path.rglob("*")) if inner.is_file())

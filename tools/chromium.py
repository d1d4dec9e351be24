"""A Chromium for systems that have none: the one of an npm package.

`@sparticuz/chromium` carries a compressed Chromium for servers. Its own start options turn off
site isolation and web security; we take the program only and never those options.
"""

from pathlib import Path

from tools.commands import SetupError, run_logged
from tools.node import Node
from webapp.rendering.browser.program import find_brought

PACKAGE = "@sparticuz/chromium@147.0.0"
LAUNCH_OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage")
_UNPACK = """
import chromium from "@sparticuz/chromium";
chromium.setGraphicsMode = false;
console.log(await chromium.executablePath());
"""
# For systems without the libraries that a browser needs (NSS and others).
_WITH_LIBRARIES = """#!/bin/sh
folder=$(dirname "$0")
LD_LIBRARY_PATH="$folder/al2023/lib" exec "$folder/chromium" "$@"
"""


def bring_chromium(folder: Path, node: Node, log: Path) -> Path:
    """Install the npm package into `folder` and unpack its program there. Raises SetupError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n', "utf-8")
    (folder / "unpack.mjs").write_text(_UNPACK, "utf-8")
    # The package unpacks into the temporary folder, and libraries too where it sees this variable.
    lambda_name = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    environment = {**node.environment(), **lambda_name, "TMPDIR": str(folder)}
    what = "Fetching Chromium"
    install = [node.npm, "install", "--no-audit", "--no-fund", PACKAGE]
    run_logged(what, install, log, folder=folder, environment=environment)
    unpack = [node.executable, "unpack.mjs"]
    run_logged(what, unpack, log, folder=folder, environment=environment)
    with_libraries = folder / "chromium-with-libraries"
    with_libraries.write_text(_WITH_LIBRARIES, "utf-8")
    with_libraries.chmod(0o755)
    program = find_brought(folder)
    if program is None:
        raise SetupError(
            f"The Chromium of the npm package does not start here; install the system's chromium "
            f"(log: {log})."
        )
    return program

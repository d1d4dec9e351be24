"""How tightly Chromium is held: what is tried, in which order, and how it is said.

A made thing is code from a model that may have read anything. Three walls stand around it:
Chromium's own sandbox (another user than root is needed for it), a network namespace with nothing
in it, and the interception of every request. One of the first two may be missing where the system
does not allow it; without both nothing is started.
"""

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")
NOBODY = 65534
_ARGUMENTS = (
    # Nothing answers at this address, and no name has one: for what no interception sees.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    # Pages are put together by the processor directly, which costs a third of what it costs by way
    # of a graphics card that it plays; WebGL still has that one.
    "--disable-gpu",
    "--js-flags=--max-old-space-size=512",
    "--autoplay-policy=no-user-gesture-required",
    # This replaces Playwright's own list. A spare renderer would be started for every context, and
    # thrown away with it.
    "--disable-features=SpareRendererForSitePerProcess,PaintHolding,HttpsUpgrades,MediaRouter,"
    "OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch,Translate",
)


_VARIABLES = ("PATH", "LANG", "LC_ALL", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Confinement:
    """One way of holding the browser. `user` is None for the user that we are."""

    user: int | None
    sandbox: bool
    network_namespace: bool

    def describe(self) -> str:
        """For the log and for readiness: what holds, and what is missing."""
        user = "as ourselves" if self.user is None else f"as user {self.user}"
        if not self.sandbox:
            return (
                f"Chromium runs {user} in an empty network namespace, but without its own sandbox; "
                "allow user namespaces on this machine."
            )
        network = "an empty network namespace" if self.network_namespace else "a dead proxy"
        return f"Chromium runs {user} in its own sandbox, behind {network}."


def list_confinements(user: int) -> tuple[Confinement, ...]:
    """What to try, the tightest first, for a process of this user id."""
    other = NOBODY if user == 0 else None
    ways = [
        Confinement(other, sandbox=True, network_namespace=True),
        Confinement(other, sandbox=True, network_namespace=False),
        Confinement(other, sandbox=False, network_namespace=True),
    ]
    if user == 0:
        # Where the program lies in a folder that only root may read.
        ways.append(Confinement(None, sandbox=False, network_namespace=True))
    return tuple(ways)


def write_start_script(folder: Path, program: Path, confinement: Confinement) -> Path:
    """A script in `folder` that starts `program` this way and passes its arguments on."""
    command = [sys.executable, "-I", str(LAUNCHER)]
    if confinement.user is not None:
        command += ["--user", str(confinement.user)]
    if confinement.network_namespace:
        command.append("--no-network")
    script = folder / "start-chromium"
    line = shlex.join([*command, str(program)])
    script.write_text(f'#!/bin/sh\nexec {line} "$@"\n', "utf-8")
    script.chmod(0o755)
    return script


def start_arguments() -> list[str]:
    """Chromium's options beside those of Playwright."""
    return list(_ARGUMENTS)


def start_environment() -> dict[str, str]:
    """What the browser may know of ours: no keys, no addresses, no folders."""
    return {name: value for name, value in os.environ.items() if name in _VARIABLES}


def own_user() -> int:
    """The user id of this process."""
    return os.geteuid()

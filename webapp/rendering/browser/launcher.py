"""Becomes Chromium, with less than its parent may do; run as a program by `confinement.py`.

    launcher.py [--user UID] [--no-network] PROGRAM ARGUMENTS…

`--user` gives up root for another user, who gets the browser's profile folder as his home: the
sandbox of Chromium refuses to work for root. `--no-network` moves into an empty network namespace,
which has no way out whatever the browser is made to do. What was asked for and cannot be had ends
the program with exit code 71 before anything of it runs. Standard library only: no package may be
readable for the other user.
"""

import argparse
import ctypes
import os
import sys
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CANNOT_CONFINE = 71
_PROFILE_OPTION = "--user-data-dir="


def main() -> None:
    """Confine this process and replace it by the program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--user", type=int)
    parser.add_argument("--no-network", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    program, *arguments = options.command
    profile = _profile_folder(arguments)
    try:
        if options.no_network:
            _leave_network()
        if options.user is not None:
            _become(options.user, profile)
        _live_in(profile)
        os.execv(program, [program, *arguments])
    except OSError as error:
        sys.stderr.write(f"atelier launcher: {error}\n")
        sys.exit(_CANNOT_CONFINE)


def _profile_folder(arguments: list[str]) -> Path:
    found = [text.removeprefix(_PROFILE_OPTION) for text in arguments if _PROFILE_OPTION in text]
    return Path(found[0]) if found else Path.cwd()


def _leave_network() -> None:
    """Root makes a namespace at once; others need one of their own users around it."""
    user, group = os.getuid(), os.getgid()
    flags = _CLONE_NEWNET if user == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"no network namespace: {os.strerror(number)}")
    if user != 0:
        # Without these lines the process would be nobody, and its own files another's.
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")


def _become(user: int, profile: Path) -> None:
    os.chown(profile, user, user)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _live_in(profile: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR"):
        os.environ[name] = str(profile)
    os.chdir(profile)


if __name__ == "__main__":
    main()

"""How many files and sockets the processes may have open: shells give 1,024, and every person who
looks at the page takes one."""

import contextlib
import resource

WANTED = 65_536


def allow_many_files() -> None:
    """Raise the limit of this process and of those that it will start, as far as it is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

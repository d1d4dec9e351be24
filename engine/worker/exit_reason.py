"""How a worker that cannot work says so: an exit code and one sentence at the end of its log."""

import sys
from typing import NoReturn

# From sysexits.h, EX_CONFIG: starting such a worker again does not help.
CANNOT_WORK_EXIT_CODE = 78


def give_up(reason: str) -> NoReturn:
    """Ends the process's main thread. `reason` is a sentence for the operator."""
    print(f"atelier: {reason}", file=sys.stderr, flush=True)  # noqa: T201
    raise SystemExit(CANNOT_WORK_EXIT_CODE)

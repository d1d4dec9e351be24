"""The text of `docs/reliability.md`."""

from collections.abc import Sequence

from tests.faults.base import Fault
from tests.faults.results import describe_machine, list_failures, write_table
from tests.faults.trial import Outcome

_REPORT = """\
# Reliability: what goes wrong, and what happens then

Written by `python -m tools.reliability`; run it again to see for yourself. Measured {machine}.

Each run starts the whole product (`manage.py serve` with its Redis, Daphne, turns worker, render
worker and engine) with glm-nano answering greedily, asks for several made things at once, does its
harm at a moment that the seed decides, and watches with pages that reconnect from their last event
id. Engines stand still for three quarters of the time (`tests/faults/brake.py`), since glm-nano has
answered otherwise before anything can happen; several installations may share the machine. A run
keeps its promise if all of this holds:

* no event is missing, doubled or out of order, and every attempt begins with a snapshot;
* at no moment is anything shown but the beginning of the answer that nobody interrupted;
* there is exactly one terminal event, it is the last, and it is the one that the fault allows;
* the database holds exactly one answer, in that state, with just that text;
* each answer ends within two minutes of being waited for, and the installation is ready again.

*In mid-answer* counts the runs in which an answer was being written when the harm was done.
*To the end* counts from the harm to the last terminal event of the answers that it met, which take
some seconds by themselves. *Written again* is how many characters that a page had shown an attempt
had to write once more.

{table}
{failures}
## What is not promised

* An answer that Redis and the database have both lost is lost.
* `appendfsync everysec`: a machine that loses its power loses up to a second of what Redis was
  told. The turn goes on from the database all the same, and writes the lost tokens again.
* Without a supervisor (`manage.py serve`, systemd, Compose) nothing starts a process again.
"""


def write_report(faults: Sequence[type[Fault]], outcomes: Sequence[Outcome]) -> str:
    """The whole page."""
    failures = list_failures(outcomes)
    return _REPORT.format(
        machine=describe_machine(),
        table=write_table(faults, outcomes),
        failures=f"\n## Promises that were broken\n\n{failures}\n" if failures else "",
    )

"""How the threads that compute wait for each other; decided before torch is loaded.

OpenMP reads its environment once, when its library is loaded. By default its threads spin for
milliseconds where they wait. On cores that a busy web server wants as well, a spinning thread keeps
the one that it waits for from running, and most of the speed is lost (figures: docs/benchmarks.md).
So they spin for some microseconds, the time between two operations, and then give the core away.
"""

from collections.abc import MutableMapping

PATIENT_THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "2000"}


def make_threads_patient(environment: MutableMapping[str, str]) -> None:
    """Sets the policy where the operator has not chosen another."""
    for name, value in PATIENT_THREADS.items():
        environment.setdefault(name, value)

"""What torch and OpenMP read from the environment, once, when they are loaded.

By default OpenMP's threads spin for milliseconds where they wait. On cores that a busy web server
wants as well, a spinning thread keeps the one that it waits for from running, and most of the speed
is lost (figures: docs/benchmarks.md). So they spin for some microseconds, the time between two
operations, and then give the core away.

Weights in host memory lie in huge pages where the system offers them: handing out small ones takes
most of the time of loading.
"""

from collections.abc import MutableMapping

SETTINGS = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "2000",
    "THP_MEM_ALLOC_ENABLE": "1",
}


def prepare_libraries(environment: MutableMapping[str, str]) -> None:
    """Sets what the operator has not set otherwise; to be called before torch is imported."""
    for name, value in SETTINGS.items():
        environment.setdefault(name, value)

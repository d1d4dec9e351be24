"""Minutes of samples: what the seconds of a worker come to. Pure."""

from collections.abc import Callable, Mapping, Sequence

Figures = Mapping[str, float]
MEASURES = ("running", "waiting", "kv", "in", "out", "util", "mem", "power", "temp")


def find_means(samples: Sequence[Figures]) -> dict[str, float]:
    """The mean of each measure over the samples that tell it."""
    return _each(samples, lambda values: sum(values) / len(values))


def find_peaks(samples: Sequence[Figures]) -> dict[str, float]:
    """The highest value of each measure."""
    return _each(samples, max)


def _each(samples: Sequence[Figures], reduce: Callable[[list[float]], float]) -> dict[str, float]:
    told = {name: [one[name] for one in samples if name in one] for name in MEASURES}
    return {name: round(reduce(values), 4) for name, values in told.items() if values}

"""Exact distributions, computed one token at a time in plain Python, and the test against them."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

# Percentiles 99.9 of the chi-square distribution by degrees of freedom. The draws are fixed by
# their seeds, so a test either always passes or never does.
CHI_SQUARE_LIMITS = {1: 10.8, 2: 13.8, 3: 16.3, 4: 18.5, 5: 20.5, 6: 22.5, 7: 24.3, 8: 26.1}
CHI_SQUARE_LIMITS |= {9: 27.9, 10: 29.6, 11: 31.3, 12: 32.9, 15: 37.7, 24: 51.2}


def exact_distribution(
    logits: Sequence[float],
    *,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
) -> list[float]:
    """What each token is drawn with: temperature, then top-k, then top-p, then min-p."""
    order = sorted(range(len(logits)), key=lambda token: -logits[token])
    weights = [math.exp((logit - max(logits)) / temperature) for logit in logits]
    kept = order[: top_k or len(order)]
    total, reached = sum(weights[token] for token in kept), 0.0
    nucleus: list[int] = []
    for token in kept:
        if nucleus and top_p < 1.0 and reached / total >= top_p:
            break
        nucleus.append(token)
        reached += weights[token]
    chosen = {token for token in nucleus if weights[token] >= min_p * weights[order[0]]}
    whole = sum(weights[token] for token in chosen)
    return [weights[t] / whole if t in chosen else 0.0 for t in range(len(logits))]


def require_distribution(drawn: Iterable[object], expected: dict[object, float]) -> None:
    """Fails if the draws do not follow the probabilities, or hold what has none."""
    counts = Counter(drawn)
    impossible = [value for value in counts if not expected.get(value)]
    assert not impossible, f"drawn, and impossible: {impossible}"
    total = sum(counts.values())
    cells = {value: share * total for value, share in expected.items() if share > 0}
    assert min(cells.values()) >= 5, "a cell is too thin for the test"
    assert len(cells) > 1, "one cell decides nothing"
    statistic = sum((counts[value] - mean) ** 2 / mean for value, mean in cells.items())
    limit = next(CHI_SQUARE_LIMITS[n] for n in sorted(CHI_SQUARE_LIMITS) if n >= len(cells) - 1)
    assert statistic < limit, f"chi-square {statistic:.1f} of {len(cells)} cells, limit {limit}"

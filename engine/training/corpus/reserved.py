"""Prompts that the corpus never contains, because the evaluation asks them."""

import re

from engine.training.evaluation.prompts import PROMPTS


def normalize(prompt: str) -> str:
    """`prompt` in lower case, letters and digits only, single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", prompt.lower()))


_RESERVED = frozenset(normalize(prompt.text) for prompt in PROMPTS)


def is_reserved(prompt: str) -> bool:
    """Whether the evaluation asks this, letter case and punctuation aside."""
    return normalize(prompt) in _RESERVED

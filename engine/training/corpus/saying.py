"""Sentences that people type, in four languages: a template, its values, and a hurried hand."""

import random
import re
from collections.abc import Mapping

from engine.training.corpus.languages import Choices, Language, Texts, ask, ends_in_consonant

_PARTICLE = re.compile(r"\{(\w)\}(['\"]?)(\(으\)로|\(이\)라고|을\(를\)|이\(가\)|은\(는\))")
_PAIRS = {
    "(으)로": ("으로", "로"),
    "(이)라고": ("이라고", "라고"),
    "을(를)": ("을", "를"),
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
}
_RIEUL = 8  # the final consonant ㄹ, after which 로 stands


def say(rng: random.Random, language: Language, template: str, **slots: str) -> str:
    """`template` as a person might type it; a value stands for `{key}` as it is.

    Korean particles that depend on the value's last sound are written as `{n}(으)로`, `{n}을(를)`.
    """
    stop = "?" if template[-1] in "?？" else ""
    frame = fit_particles(template.rstrip("?？"), slots)
    return ask(rng, language, opener="{a}" + stop, subject=frame, slots=slots)


def say_one_of(rng: random.Random, language: Language, templates: Choices, **slots: str) -> str:
    """One of the language's templates, said."""
    return say(rng, language, rng.choice(templates[language]), **slots)


def answer(language: Language, texts: Texts, **slots: str) -> str:
    """The one answer of the language, with its values."""
    return fit_particles(texts[language], slots).format(**slots)


def fit_particles(template: str, slots: Mapping[str, str]) -> str:
    """The template with every Korean particle in the form that its value takes."""

    def choose(found: re.Match[str]) -> str:
        key, quote, particle = found.groups()
        return f"{{{key}}}{quote}{_fit(slots[key], particle)}"

    return _PARTICLE.sub(choose, template)


def _fit(word: str, particle: str) -> str:
    with_consonant, with_vowel = _PAIRS[particle]
    ends_in_rieul = (ord(word[-1]) - ord("가")) % 28 == _RIEUL
    if particle == "(으)로" and ends_in_rieul:
        return with_vowel
    return with_consonant if ends_in_consonant(word) else with_vowel

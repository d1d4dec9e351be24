"""From verdicts to the figures of a run: plain counts, ready to be written as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.training.corpus import POSTER_CHANGE
from engine.training.corpus.decks.changing import FAMILY as DECK_CHANGE
from engine.training.corpus.edits.editing import FAMILY as EDIT
from engine.training.corpus.repair.mending import FAMILY as REPAIR
from engine.training.evaluation.cases import Case

CHANGES = (EDIT, POSTER_CHANGE, DECK_CHANGE, REPAIR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case's result; right if `problems` is empty. `first_time` says that everything was
    changed without a refused call."""

    case: Case
    problems: tuple[str, ...]
    first_time: bool


def summarize(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Right and total for each family, language and both, and what is wrong with what is wrong."""
    changes = [verdict for verdict in verdicts if verdict.case.family in CHANGES]
    return {
        **_count(verdicts),
        "families": _group(verdicts, (verdict.case.family for verdict in verdicts)),
        "languages": _group(verdicts, (verdict.case.language.value for verdict in verdicts)),
        "cells": _group(verdicts, (f"{v.case.family} {v.case.language.value}" for v in verdicts)),
        "first_time": {
            "right": sum(verdict.first_time for verdict in changes),
            "total": len(changes),
        },
        "failures": {v.case.id: list(v.problems) for v in verdicts if v.problems},
    }


def _count(verdicts: Sequence[Verdict]) -> dict[str, int]:
    return {"right": sum(not v.problems for v in verdicts), "total": len(verdicts)}


def _group(verdicts: Sequence[Verdict], keys: Iterable[str]) -> dict[str, dict[str, int]]:
    groups: dict[str, list[Verdict]] = {}
    for key, verdict in zip(keys, verdicts, strict=True):
        groups.setdefault(key, []).append(verdict)
    return {key: _count(group) for key, group in groups.items()}

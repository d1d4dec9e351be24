"""Every broken document is found out, by code and element; no good one is blamed for anything."""

import asyncio

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ChoiceSlot
from tests.webapp.rendering.documents import Sample, list_samples, make_sample
from webapp.artifacts.checks import CheckReport
from webapp.core.events import ArtifactKind, CheckState
from webapp.rendering.browser.pool import RenderPool
from webapp.rendering.check.checker import Checker, CheckJob

pytestmark = pytest.mark.browser
in_one_loop = pytest.mark.asyncio(loop_scope="module")
SHAPES = next(slot.sources for slot in FAMILIES["badge"].slots if isinstance(slot, ChoiceSlot))


def make_nano_sample(name: str, family_name: str, **values: str) -> Sample:
    """What glm-nano is trained to make where `values` are asked for in English."""
    family = FAMILIES[family_name]
    filled = get_default_values(family, Language.ENGLISH) | values
    content = render(family, Language.ENGLISH, filled)
    return make_sample(name, ArtifactKind(family.artifact_type), content)


BROKEN = list_samples("broken")
GOOD = [
    *list_samples("good"),
    make_nano_sample("nano-flappy", "flappy_bird"),
    make_nano_sample("nano-snake", "snake"),
    *(
        make_nano_sample(
            f"nano-badge-{shape}", "badge", TITLE="Honey Bee Club", COLOR="gold", SHAPE=shape
        )
        for shape in SHAPES
    ),
]
COMPUTING_MS = 3000


async def check_all(pool: RenderPool, samples: list[Sample]) -> list[CheckReport]:
    """As many at once as the pool has pages; those of one kind one after the other."""
    checker = Checker(pool, load_ms=COMPUTING_MS, look_ms=COMPUTING_MS)
    jobs = [CheckJob(document=sample.document, target=sample.target) for sample in samples]
    is_deck = [job.target.kind is ArtifactKind.DECK for job in jobs]
    decks = [job for job, yes in zip(jobs, is_deck, strict=True) if yes]
    others = [job for job, yes in zip(jobs, is_deck, strict=True) if not yes]
    first, second = await asyncio.gather(checker.check_all(decks), checker.check_all(others))
    looks = {True: iter(first), False: iter(second)}
    return [next(looks[yes]).report for yes in is_deck]


def test_the_set_is_large_enough() -> None:
    assert len(BROKEN) >= 40
    assert len(GOOD) >= 40


@in_one_loop
async def test_broken_documents_are_found_out(pool: RenderPool) -> None:
    faults = []
    for sample, report in zip(BROKEN, await check_all(pool, BROKEN), strict=True):
        found = [(finding.code, finding.element) for finding in report.findings]
        missed = [
            (code, element)
            for code, element in sample.expected
            if not any(code == other and (not element or element == path) for other, path in found)
        ]
        wrong = {code for code, _ in found} - {code for code, _ in sample.expected}
        if missed or wrong or report.state not in (CheckState.FAILED, CheckState.WARNED):
            faults.append((sample.name, "missed", missed, "found", found))
    assert faults == []


@in_one_loop
async def test_good_documents_are_not_blamed(pool: RenderPool) -> None:
    reports = zip(GOOD, await check_all(pool, GOOD), strict=True)
    blamed = {
        sample.name: [(one.code, one.element, one.numbers) for one in report.findings]
        for sample, report in reports
        if report.state is not CheckState.PASSED
    }
    assert blamed == {}

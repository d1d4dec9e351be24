"""One check of one document: load it, look at it, play with it, and say what is wrong."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from playwright.async_api import Error
from pydantic import ValidationError

from webapp.artifacts.checks import CheckReport, Finding
from webapp.core.events import ArtifactKind, CheckState
from webapp.rendering.browser.errors import (
    BrowserLost,
    BrowserMissing,
    MachineBusy,
    PageFailed,
    PageHangs,
)
from webapp.rendering.browser.page import LoadState, RenderPage
from webapp.rendering.browser.pool import RenderPool
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.collector import collect_facts, hide_text, show_text
from webapp.rendering.check.facts import PageFacts
from webapp.rendering.check.findings import error, judge, select_worst
from webapp.rendering.check.picture import Picture, count_changes
from webapp.rendering.check.probe import WATCHER, Motion, play, read_watch
from webapp.rendering.check.rules import (
    alignment,
    bounds,
    content,
    incidents,
    legibility,
    motion,
    overlap,
    palette,
    space,
    typography,
)
from webapp.rendering.check.rules.layouts import Layout, sketch
from webapp.rendering.check.target import CheckTarget

LOAD_MS = 4000
LOOK_MS = 4000
_MEASURED_KINDS = (ArtifactKind.DECK, ArtifactKind.POSTER, ArtifactKind.HTML, ArtifactKind.SVG)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckJob:
    """A document, and what it is."""

    document: str
    target: CheckTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a check showed, the screenshot it has made, and the layout of a deck's page (None if it
    did not come that far)."""

    report: CheckReport
    screenshot: bytes | None = None
    layout: Layout | None = None


@dataclass(slots=True)
class _Notes:
    """What is known so far; kept when the page stops answering in the middle."""

    begin: float = field(default_factory=time.monotonic)
    findings: list[Finding] = field(default_factory=list)
    console: tuple[str, ...] = ()
    frame_rate: float | None = None
    screenshot: bytes | None = None
    layout: Layout | None = None
    is_page_spoiled: bool = False


class Checker:
    """Checks documents in pages of a pool."""

    def __init__(self, pool: RenderPool, *, load_ms: int = LOAD_MS, look_ms: int = LOOK_MS) -> None:
        self._pool = pool
        self._load_ms = load_ms
        self._look_ms = look_ms

    async def check(self, document: str, target: CheckTarget) -> Look:
        """Check one document. What a page does to itself is a finding; where no browser can be
        had, or the machine is too busy, the report is `unavailable`. Raises nothing of these.
        """
        return (await self.check_all([CheckJob(document=document, target=target)]))[0]

    async def check_all(self, jobs: Sequence[CheckJob]) -> list[Look]:
        """Check documents of one artifact, in their order. They share a page where they are of the
        same size and nothing goes wrong, since a fresh one costs more than the look at it; things
        with scripts of their own get a page each.
        """
        looks: list[Look] = []
        lost = 0
        while len(looks) < len(jobs):
            try:
                await self._check_on_one_page(jobs[len(looks) :], looks)
                lost = 0
            except BrowserLost:
                lost += 1
                if lost == 2:
                    looks.append(_unavailable())
                    lost = 0
            except (BrowserMissing, MachineBusy):
                looks.append(_unavailable())
        return looks

    async def _check_on_one_page(self, jobs: Sequence[CheckJob], looks: list[Look]) -> None:
        """Look at the first of `jobs` and at those that may follow on the same page."""
        first = jobs[0].target
        notes = _Notes()
        try:
            is_played = first.kind is ArtifactKind.HTML
            async with self._pool.page(
                width=first.width, height=first.height, may_be_kept=not is_played
            ) as page:
                if is_played:
                    await page.page.add_init_script(WATCHER)
                for job in jobs:
                    if not _may_share(first, job.target) and job is not jobs[0]:
                        break
                    notes = _Notes()
                    await self._look(page, job, notes)
                    looks.append(_conclude(job.target, notes))
                    if notes.is_page_spoiled or is_played:
                        break
        except PageFailed:
            notes.findings.append(_load_finding(LoadState.CRASHED, 0))
            looks.append(_conclude(first, notes))

    async def _look(self, page: RenderPage, job: CheckJob, notes: _Notes) -> None:
        outcome = await page.load(job.document, timeout_ms=self._load_ms)
        if outcome.state is not LoadState.LOADED:
            notes.is_page_spoiled = True
            notes.findings.append(_load_finding(outcome.state, self._load_ms / 1000))
            notes.findings += incidents.list_incidents(page.incidents)
        else:
            try:
                async with page.within(self._look_ms):
                    await self._measure(page, job.target, notes)
            except PageHangs:
                notes.is_page_spoiled = True
                notes.findings.append(_load_finding(LoadState.TIMED_OUT, self._look_ms / 1000))
        notes.console = tuple(incident.text for incident in page.incidents)

    async def _measure(self, page: RenderPage, target: CheckTarget, notes: _Notes) -> None:
        notes.screenshot = await page.screenshot(scale=target.scale)
        shown = Picture.from_png(notes.screenshot, target.width)
        shots = [shown]
        facts = await _try_collecting(page, target)
        if facts is not None and target.kind in _MEASURED_KINDS:
            if target.kind is ArtifactKind.DECK:
                notes.layout = sketch(facts, target)
            await hide_text(page)
            without_text = Picture.from_png(await page.screenshot(scale=target.scale), target.width)
            await show_text(page)
            notes.findings += await asyncio.to_thread(
                _judge_layout, facts, target, (shown, without_text), _addresses(page)
            )
        try:
            if target.kind is ArtifactKind.HTML:
                shots += await self._play(page, target, notes, shown)
        finally:
            places = incidents.find_places(facts) if facts is not None else {}
            notes.findings += incidents.list_incidents(page.incidents, places)
        if facts is not None:
            notes.findings += content.find_blank_canvases(facts, target, shots)
        if content.is_blank(shots):
            notes.findings.append(content.blank_finding())

    async def _play(
        self, page: RenderPage, target: CheckTarget, notes: _Notes, before: Picture
    ) -> list[Picture]:
        try:
            watched = await read_watch(page)
        except (ValidationError, Error):
            return []  # The page has replaced what the watcher stands on.
        if not watched.is_playable:
            return []
        moved: Motion = await play(page, watched)
        after = Picture.from_png(await page.screenshot(scale=target.scale), target.width)
        notes.frame_rate = moved.frame_rate
        notes.findings += motion.judge_motion(watched, moved, count_changes(before, after))
        return [after]


def _may_share(first: CheckTarget, other: CheckTarget) -> bool:
    return (first.kind, first.width, first.height) == (other.kind, other.width, other.height)


def _conclude(target: CheckTarget, notes: _Notes) -> Look:
    findings = select_worst(
        finding.model_copy(update={"page": target.page_id}) for finding in notes.findings
    )
    report = CheckReport(
        state=judge(findings),
        findings=findings,
        console=notes.console,
        frame_rate=notes.frame_rate,
        duration_ms=round((time.monotonic() - notes.begin) * 1000, 1),
    )
    return Look(report=report, screenshot=notes.screenshot, layout=notes.layout)


def _unavailable() -> Look:
    return Look(report=CheckReport(state=CheckState.UNAVAILABLE))


async def _try_collecting(page: RenderPage, target: CheckTarget) -> PageFacts | None:
    try:
        return await collect_facts(page, is_laid_out=target.is_laid_out)
    except ValidationError:
        return None


def _addresses(page: RenderPage) -> frozenset[str]:
    return frozenset(incident.text for incident in page.incidents if incident.resource)


def _judge_layout(
    facts: PageFacts,
    target: CheckTarget,
    pictures: tuple[Picture, Picture],
    reported: frozenset[str],
) -> list[Finding]:
    """Every rule that needs only facts and screenshots (with and without text); takes some
    milliseconds of a thread."""
    found = [*bounds.find_outside(facts, target)]
    found += content.find_missing_images(facts, reported)
    if target.kind is not ArtifactKind.SVG:
        found += legibility.find_illegible(facts, target, *pictures)
    if target.is_laid_out:
        found += overlap.find_overlaps(facts)
        found += typography.find_small_text(facts, target)
        found += typography.find_missing_fonts(facts)
        found += content.find_placeholders(facts)
        found += _list_advice(facts, target, pictures[0])
    return found


def _list_advice(facts: PageFacts, target: CheckTarget, shown: Picture) -> Iterator[Finding]:
    """What could look better: only ever warnings."""
    yield from typography.find_many_sizes(facts)
    yield from palette.find_many_colors(facts)
    yield from alignment.find_nearly_aligned(facts, target)
    yield from space.find_empty_area(facts, target, shown)


def _load_finding(state: LoadState, seconds: float) -> Finding:
    if state is LoadState.CRASHED:
        return error(
            FindingCode.CRASHED,
            "The page crashes: it uses too much memory, or builds more and more of something.",
        )
    return error(
        FindingCode.NEVER_ENDS,
        f"The page computes for {seconds:.0f} s without an end: look for an endless loop.",
        seconds=seconds,
    )

"""Checks a stored version: every document of it that was not looked at before."""

import concurrent.futures

import structlog

from webapp.artifacts.checks import CheckReport
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.services import store_check
from webapp.core.events import CheckState
from webapp.rendering.browser.errors import RenderError
from webapp.rendering.check.checker import Checker, Look
from webapp.rendering.check.reports import add_finding, merge_reports, on_page
from webapp.rendering.check.rules.layouts import find_repeats
from webapp.rendering.thumbnails import store_thumbnail, thumbnail_path
from webapp.rendering.version_jobs import VersionJob, list_jobs
from webapp.rendering.worker.look_memory import LookMemory
from webapp.rendering.worker.pool_loop import PoolLoop

LONGEST_SECONDS = 300.0
log = structlog.get_logger(__name__)


def check_stored_version(version_id: int, loop: PoolLoop, memory: LookMemory) -> CheckReport | None:
    """The report, stored with the version, thumbnails kept beside; None if the version has gone.

    A check that could not be made is `unavailable` and not stored: it may be made another time.
    """
    version = ArtifactVersion.objects.select_related("artifact", "blob").filter(pk=version_id)
    found = version.first()
    if found is None:
        return None
    jobs = list_jobs(found)
    unknown = [job for job in jobs if not _is_known(job, memory)]
    try:
        looks = _look(unknown, loop)
    except (RenderError, concurrent.futures.TimeoutError) as error:
        log.warning("check_unavailable", version=version_id, reason=str(error))
        return CheckReport(state=CheckState.UNAVAILABLE)
    reports = {job.digest: look.report for job, look in zip(unknown, looks, strict=True)}
    for job, look in zip(unknown, looks, strict=True):
        memory.keep(job.digest, look.report, look.layout)
        _keep_thumbnail(job, look)
    report = merge_reports(
        _advise(jobs, [_report_of(job, reports, memory) for job in jobs], memory)
    )
    if report.state is not CheckState.UNAVAILABLE:
        store_check(version_id=version_id, report=report)
    return report


def _is_known(job: VersionJob, memory: LookMemory) -> bool:
    return memory.recall(job.digest) is not None and thumbnail_path(job).exists()


def _look(jobs: list[VersionJob], loop: PoolLoop) -> list[Look]:
    if not jobs:
        return []
    future = loop.submit(lambda pool: Checker(pool).check_all([job.job for job in jobs]))
    try:
        return future.result(LONGEST_SECONDS)
    except concurrent.futures.TimeoutError:
        future.cancel()
        raise


def _report_of(job: VersionJob, reports: dict[str, CheckReport], memory: LookMemory) -> CheckReport:
    report = reports.get(job.digest) or memory.recall(job.digest)
    if report is None:
        return CheckReport(state=CheckState.UNAVAILABLE)
    return on_page(report, job.job.target.page_id)


def _advise(
    jobs: list[VersionJob], reports: list[CheckReport], memory: LookMemory
) -> list[CheckReport]:
    """The reports, with what only shows when pages are seen one after the other."""
    advised = list(reports)
    for index, finding in find_repeats([memory.recall_layout(job.digest) for job in jobs]):
        place = finding.model_copy(update={"page": jobs[index].job.target.page_id})
        advised[index] = add_finding(advised[index], place)
    return advised


def _keep_thumbnail(job: VersionJob, look: Look) -> None:
    if look.screenshot is None:
        return
    try:
        store_thumbnail(job, look.screenshot)
    except OSError as error:
        log.warning("thumbnail_not_stored", reason=str(error))

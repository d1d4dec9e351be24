"""Reports of several pages as one."""

from collections.abc import Sequence

from webapp.artifacts.checks import CheckReport, Finding
from webapp.core.events import CheckState
from webapp.rendering.check.findings import judge

MOST_FINDINGS = 60
MOST_LINES = 40
_WORST_FIRST = (
    CheckState.FAILED,
    CheckState.UNAVAILABLE,
    CheckState.WARNED,
    CheckState.PASSED,
)


def on_page(report: CheckReport, page_id: str | None) -> CheckReport:
    """The same report for a page of that id: equal pages have equal findings."""
    findings = tuple(one.model_copy(update={"page": page_id}) for one in report.findings)
    return report.model_copy(update={"findings": findings})


def add_finding(report: CheckReport, finding: Finding) -> CheckReport:
    """The same report with one more finding; of a check that was not made, as it is."""
    if report.state is CheckState.UNAVAILABLE:
        return report
    findings = (*report.findings, finding)
    return report.model_copy(update={"findings": findings, "state": judge(findings)})


def merge_reports(reports: Sequence[CheckReport]) -> CheckReport:
    """The worst state of all, every page's findings in the order of pages."""
    if len(reports) == 1:
        return reports[0]
    states = {report.state for report in reports}
    findings: list[Finding] = [one for report in reports for one in report.findings]
    rates = [report.frame_rate for report in reports if report.frame_rate is not None]
    return CheckReport(
        state=next((state for state in _WORST_FIRST if state in states), CheckState.PASSED),
        findings=tuple(findings[:MOST_FINDINGS]),
        console=tuple(line for report in reports for line in report.console)[-MOST_LINES:],
        frame_rate=min(rates, default=None),
        duration_ms=sum(report.duration_ms for report in reports),
    )

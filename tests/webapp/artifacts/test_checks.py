"""Reports of checks: what the person reads in one line."""

import pytest
from pydantic import ValidationError

from webapp.artifacts.checks import CheckReport, Finding, Severity, read_summary, summarize
from webapp.core.events import CheckState

ERROR = Finding(code="overflow", severity=Severity.ERROR, message="The title leaves the page.")
WARNING = Finding(code="contrast", severity=Severity.WARNING, message="The text is pale.")


@pytest.mark.parametrize(
    ("state", "findings", "text"),
    [
        (CheckState.PASSED, (), "Checked"),
        (CheckState.WARNED, (WARNING, WARNING), "2 warnings"),
        (CheckState.FAILED, (ERROR,), "1 problem"),
        (CheckState.FAILED, (ERROR, WARNING, ERROR), "2 problems, 1 warning"),
        (CheckState.UNAVAILABLE, (), "Not checked"),
    ],
)
def test_a_report_in_one_line(state: CheckState, findings: tuple[Finding, ...], text: str) -> None:
    report = CheckReport(state=state, findings=findings)
    summary = summarize(report)
    assert (summary.state, summary.text) == (state, text)
    assert summary.errors + summary.warnings == len(findings)
    assert read_summary(report.model_dump(mode="json")) == summary


def test_where_nothing_was_checked_there_is_no_summary() -> None:
    assert read_summary(None) is None


@pytest.mark.parametrize("code", ["", "Over Flow", "9x", "x" * 65])
def test_a_code_is_a_short_word(code: str) -> None:
    with pytest.raises(ValidationError):
        Finding(code=code, severity=Severity.ERROR, message="m")

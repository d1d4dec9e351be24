"""What the model is told about its own mistakes in a turn, and when it is told to leave it.

A version that does not pass its check may be mended twice; an edit that did not fit twice is
better written anew.
"""

from collections import Counter
from typing import Protocol

from webapp.agents.base import MadeVersion
from webapp.artifacts.checks import CheckReport, Finding, Severity
from webapp.conversations.tool_names import ARTIFACT_EDIT, UPDATE_PAGE

FAILED_CHECKS = 2
FAILED_EDITS = 2
FINDINGS_TOLD = 12


class VersionChecker(Protocol):
    """Whoever can load a stored version and look at it."""

    def __call__(self, version_id: int, *, timeout_seconds: float) -> CheckReport | None:
        """What was found, or None if nobody answered in time. Raises nothing."""


class Repairs:
    """The memory of one turn."""

    def __init__(self) -> None:
        self._failed_checks: Counter[tuple[str, str | None]] = Counter()
        self._failed_edits = 0

    def after_check(self, made: MadeVersion, report: CheckReport) -> str:
        """Lines that follow the tool's answer; empty if there is nothing to mend."""
        page = made.page.id if made.page else None
        errors = [
            finding
            for finding in report.findings
            if finding.severity is Severity.ERROR and page in (None, finding.page)
        ]
        if not errors:
            return ""
        key = (made.artifact, page)
        self._failed_checks[key] += 1
        count = len(errors)
        lines = [f"Check: {count} problem{'' if count == 1 else 's'}."]
        lines += [_line(finding) for finding in errors[:FINDINGS_TOLD]]
        if self._failed_checks[key] >= FAILED_CHECKS:
            lines.append("Leave it and tell the person.")
        return "".join(f"\n{line}" for line in lines)

    def after_refusal(self, tool: str) -> str:
        """A hint where edits keep failing."""
        if tool not in (ARTIFACT_EDIT, UPDATE_PAGE):
            return ""
        self._failed_edits += 1
        if self._failed_edits < FAILED_EDITS:
            return ""
        if tool == UPDATE_PAGE:
            return "\nEdits have failed twice; use mode redo with the whole page."
        return "\nEdits have failed twice; use artifact_rewrite with the whole document."


def _line(finding: Finding) -> str:
    element = f" ({finding.element})" if finding.element else ""
    return f"- {finding.message}{element}"

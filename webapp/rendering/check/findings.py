"""Making findings."""

from collections.abc import Iterable

from webapp.artifacts.checks import Finding, Severity
from webapp.core.events import CheckState
from webapp.rendering.check.codes import FindingCode

MOST_FINDINGS = 20
_QUOTED_CHARACTERS = 48
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1}


def error(code: FindingCode, message: str, element: str = "", **numbers: float) -> Finding:
    """Something that must be mended."""
    return _finding(code, Severity.ERROR, message, element, numbers)


def warning(code: FindingCode, message: str, element: str = "", **numbers: float) -> Finding:
    """Something that is worth a look."""
    return _finding(code, Severity.WARNING, message, element, numbers)


def quote(text: str) -> str:
    """A text in a sentence, shortened."""
    short = text if len(text) <= _QUOTED_CHARACTERS else text[: _QUOTED_CHARACTERS - 1] + "…"
    return f"“{short}”"


def select_worst(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One of each code and element (the first), errors first, at most `MOST_FINDINGS`."""
    once: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        where = finding.element or finding.message
        once.setdefault((finding.code, where), finding)
    ordered = sorted(once.values(), key=lambda finding: _ORDER[finding.severity])
    return tuple(ordered[:MOST_FINDINGS])


def judge(findings: Iterable[Finding]) -> CheckState:
    """What findings make of a check."""
    severities = {finding.severity for finding in findings}
    if not severities:
        return CheckState.PASSED
    return CheckState.FAILED if Severity.ERROR in severities else CheckState.WARNED


def _finding(
    code: FindingCode, severity: Severity, message: str, element: str, numbers: dict[str, float]
) -> Finding:
    rounded = {name: round(value, 2) for name, value in numbers.items()}
    return Finding(
        code=code.value, severity=severity, element=element, message=message, numbers=rounded
    )

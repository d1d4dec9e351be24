"""What looking at a version showed: the report that is stored, and its one line for the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from webapp.core.events import CheckState, CheckSummary

# Short words in snake case; the room that makes findings has the closed list.
FindingCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Severity(StrEnum):
    """Whether a finding must be mended or is worth a look."""

    ERROR = "error"
    WARNING = "warning"


class Finding(BaseModel):
    """One thing that is wrong. `page` is a page id (decks only), `element` a path to the element
    or empty, `message` a sentence, `numbers` what was measured (units in the names)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: FindingCode
    severity: Severity
    page: str | None = None
    element: str = ""
    message: str
    numbers: dict[str, float] = {}


class CheckReport(BaseModel):
    """All that one check of one version found. `frame_rate` in frames per second where something
    moves, `console` the lines that were logged, newest last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: CheckState
    findings: tuple[Finding, ...] = ()
    console: tuple[str, ...] = ()
    frame_rate: float | None = None
    duration_ms: float = 0.0

    @property
    def errors(self) -> int:
        """How many findings must be mended."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are worth a look."""
        return len(self.findings) - self.errors


def summarize(report: CheckReport) -> CheckSummary:
    """The report in one line: "Checked", "2 warnings", "1 problem", "Not checked"."""
    return CheckSummary(
        state=report.state,
        errors=report.errors,
        warnings=report.warnings,
        text=_sentence(report),
    )


def read_summary(stored: object) -> CheckSummary | None:
    """The summary of a report as it stands in the database; None where nothing was checked."""
    return None if stored is None else summarize(CheckReport.model_validate(stored))


def _sentence(report: CheckReport) -> str:
    if report.state is CheckState.UNAVAILABLE:
        return "Not checked"
    counts = [(report.errors, "problem"), (report.warnings, "warning")]
    words = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
    return ", ".join(words) or "Checked"

"""`artifact_edit`: small exact changes to a document that is there."""

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import (
    Identifier,
    ToolArguments,
    VersionNumber,
    describe_tool,
)
from webapp.agents.tools.artifact_tool import (
    ArtifactTool,
    count,
    flagged_line,
    made_version,
    report_lines,
)
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.changes.texts import edit_text
from webapp.conversations.tool_names import ARTIFACT_EDIT
from webapp.core.events import ArtifactAction

EDITS_TOLD = (
    "One or more blocks: <<<<<<< SEARCH, the old lines, =======, the new lines, >>>>>>> REPLACE,"
    " each delimiter on a line of its own. The old lines stand in the document exactly and once"
)
SPEC = describe_tool(
    ARTIFACT_EDIT,
    "Changes some lines of an artifact and leaves all others as they are. All blocks apply, or"
    " none does and the answer says which lines come nearest.",
    {
        "id": "Which artifact",
        "base": "Number of the version that you have read, if it may not be the newest",
        "edits": EDITS_TOLD,
    },
    optional="base",
)


class EditArguments(ToolArguments):
    """Arguments of a call."""

    id: Identifier
    base: VersionNumber = None
    edits: str


def perform(arguments: EditArguments, origin: Origin) -> ToolOutcome:
    """Stores the edited document."""
    change = edit_text(origin, arguments.id, arguments.edits, arguments.base)
    changed = f"changed {count(change.changed_lines, 'line')}"
    merged = "What changed since your version was kept." if change.is_merged else ""
    first = f"Edited {arguments.id} version {change.version.number}. {changed.capitalize()}."
    return ToolOutcome(
        result=first + report_lines(merged, flagged_line(change.flagged), change.report),
        made=made_version(change.version, ArtifactAction.EDIT, summary=changed),
    )


TOOL = ArtifactTool(
    SPEC,
    EditArguments,
    perform,
    "A change did not fit the document, so nothing was changed.",
)

"""`artifact_rewrite`: another text for an artifact that is there."""

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Identifier, ToolArguments, describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, count, made_version, report_lines
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.changes.texts import rewrite_text
from webapp.conversations.tool_names import ARTIFACT_REWRITE
from webapp.core.events import ArtifactAction

SPEC = describe_tool(
    ARTIFACT_REWRITE,
    "Replaces the whole document of an artifact, when most of it changes. Its type and title stay.",
    {"id": "Which artifact", "content": "The whole new document, from first to last"},
    optional="",
)


class RewriteArguments(ToolArguments):
    """Arguments of a call."""

    id: Identifier
    content: str


def perform(arguments: RewriteArguments, origin: Origin) -> ToolOutcome:
    """Stores the new document."""
    change = rewrite_text(origin, arguments.id, arguments.content)
    lines = count(change.changed_lines, "line")
    return ToolOutcome(
        result=f"Rewrote {arguments.id} version {change.version.number}. {lines} now."
        + report_lines(change.report),
        made=made_version(change.version, ArtifactAction.REWRITE, summary=f"rewritten, {lines}"),
    )


TOOL = ArtifactTool(
    SPEC, RewriteArguments, perform, "The model's document could not be kept; ask for it again."
)

"""`undo`: an artifact as it was before the latest change."""

from pydantic import AliasChoices, Field

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Identifier, ToolArguments, describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, made_version
from webapp.artifacts.changes.history import undo
from webapp.artifacts.changes.origin import Origin
from webapp.conversations.tool_names import UNDO
from webapp.core.events import ArtifactAction

SPEC = describe_tool(
    UNDO,
    "Brings an artifact back to how it was before the latest answer, or the latest edit of the"
    " person, that changed it. Used again it goes one step further back.",
    {"id": "Which artifact"},
    optional="",
)


class UndoArguments(ToolArguments):
    """Arguments of a call."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "deck"))


def perform(arguments: UndoArguments, origin: Origin) -> ToolOutcome:
    """Stores the older state as the newest version."""
    version, number = undo(origin, arguments.id)
    return ToolOutcome(
        result=f"Restored {arguments.id} version {version.number}. It is as in version {number}.",
        made=made_version(version, ArtifactAction.UNDO, summary=f"back to version {number}"),
    )


TOOL = ArtifactTool(SPEC, UndoArguments, perform, "There was nothing to undo.")

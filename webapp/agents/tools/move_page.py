"""`move_page`: puts a page of a deck at another place."""

from pydantic import Field

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, made_version
from webapp.agents.tools.deck_arguments import DeckArguments, list_pages, page_ref
from webapp.artifacts.changes.decks import move_page
from webapp.artifacts.changes.origin import Origin
from webapp.conversations.tool_names import MOVE_PAGE
from webapp.core.events import ArtifactAction

SPEC = describe_tool(
    MOVE_PAGE,
    "Puts a page of a deck at another place.",
    {"deck": "Which deck", "from": "Where it stands, from 1", "to": "Where it is to stand"},
    optional="",
)


class MoveArguments(DeckArguments):
    """Arguments of a call."""

    start: str | int | float = Field(validation_alias="from")
    to: str | int | float


def perform(arguments: MoveArguments, origin: Origin) -> ToolOutcome:
    """Stores the deck in the new order."""
    deck = arguments.identifier(origin)
    change = move_page(origin, deck, arguments.start, arguments.to)
    return ToolOutcome(
        result=f"Arranged {deck} version {change.version.number}. {list_pages(change)}",
        made=made_version(
            change.version,
            ArtifactAction.ARRANGE,
            page=page_ref(change),
            summary=f"moved a page to {change.position}",
        ),
    )


TOOL = ArtifactTool(SPEC, MoveArguments, perform, "No page was moved.")

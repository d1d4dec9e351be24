"""`remove_pages`: takes pages out of a deck."""

from typing import Any

from pydantic import AliasChoices, Field

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, count, made_version
from webapp.agents.tools.deck_arguments import DeckArguments, list_pages
from webapp.artifacts.changes.decks import remove_pages
from webapp.artifacts.changes.origin import Origin
from webapp.conversations.tool_names import REMOVE_PAGES
from webapp.core.events import ArtifactAction

SPEC = describe_tool(
    REMOVE_PAGES,
    "Takes pages out of a deck; undo brings them back.",
    {"deck": "Which deck", "positions": "Which pages, counted from 1: 2, 4 or 2-4"},
    optional="",
)


class RemoveArguments(DeckArguments):
    """Arguments of a call."""

    positions: Any = Field(
        validation_alias=AliasChoices("positions", "position", "pages", "page", "page_ids")
    )


def perform(arguments: RemoveArguments, origin: Origin) -> ToolOutcome:
    """Stores the deck without the pages."""
    deck = arguments.identifier(origin)
    change, removed = remove_pages(origin, deck, arguments.positions)
    pages = count(removed, "page")
    return ToolOutcome(
        result=f"Arranged {deck} version {change.version.number}. Removed {pages}."
        f" {list_pages(change)}",
        made=made_version(change.version, ArtifactAction.ARRANGE, summary=f"removed {pages}"),
    )


TOOL = ArtifactTool(SPEC, RemoveArguments, perform, "No page was removed.")

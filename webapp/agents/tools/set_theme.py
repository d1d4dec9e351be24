"""`set_theme`: the whole deck in another look; no page changes a byte."""

from typing import Any

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, made_version
from webapp.agents.tools.deck_arguments import DeckArguments
from webapp.agents.tools.deck_create import THEME_TOLD
from webapp.artifacts.changes.decks import set_theme
from webapp.artifacts.changes.origin import Origin, require_deck
from webapp.artifacts.decks.themes import DEFAULT_THEME, parse_theme
from webapp.artifacts.version_documents import attributes_of
from webapp.conversations.tool_names import SET_THEME
from webapp.core.events import ArtifactAction

SPEC = describe_tool(
    SET_THEME,
    "Shows the whole deck in another theme. Pages that use its custom properties change their look,"
    " not their text.",
    {"deck": "Which deck", "theme": THEME_TOLD + ". Tokens that are left out stay as they are"},
    optional="",
)


class ThemeArguments(DeckArguments):
    """Arguments of a call."""

    theme: str | dict[str, Any]


def perform(arguments: ThemeArguments, origin: Origin) -> ToolOutcome:
    """Stores the deck with the theme."""
    deck = arguments.identifier(origin)
    present = attributes_of(require_deck(origin, deck)).theme
    theme = parse_theme(arguments.theme, base=present or DEFAULT_THEME)
    change = set_theme(origin, deck, theme)
    return ToolOutcome(
        result=f"Restyled {deck} version {change.version.number}. Theme {theme.name}.",
        made=made_version(change.version, ArtifactAction.THEME, summary=f"theme {theme.name}"),
    )


TOOL = ArtifactTool(SPEC, ThemeArguments, perform, "The look could not be changed.")

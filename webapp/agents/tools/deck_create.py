"""`deck_create`: begins a deck with its look and its plan; pages follow one by one."""

from typing import Any

from pydantic import AliasChoices, Field, field_validator

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Identifier, ToolArguments, describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, count, made_version
from webapp.artifacts.changes.decks import create_deck
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.decks.themes import DEFAULT_THEME, NAMED_THEMES, parse_theme
from webapp.artifacts.identifiers import normalize_title
from webapp.conversations.tool_names import DECK_CREATE
from webapp.core.events import ArtifactAction

THEME_TOLD = (
    ", ".join(theme.name for theme in NAMED_THEMES)
    + '; or JSON: {"name", "colors": {"background", "surface", "text", "muted", "accent",'
    ' "accent2"}, "fonts": {"heading", "body"}, "radius"}'
)
SPEC = describe_tool(
    DECK_CREATE,
    "Begins a deck of slides. Then insert its pages one after the other by insert_page.",
    {
        "id": "Short name in kebab-case: volcanoes",
        "title": "The title of the deck",
        "theme": THEME_TOLD,
        "outline": "The planned titles, one a line",
    },
    optional="theme outline",
)


class DeckCreateArguments(ToolArguments):
    """Arguments of a call."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "deck"))
    title: str = ""
    theme: str | dict[str, Any] = ""
    outline: str = ""

    @field_validator("outline", mode="before")
    @classmethod
    def _lines(cls, value: object) -> object:
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value


def perform(arguments: DeckCreateArguments, origin: Origin) -> ToolOutcome:
    """Stores the empty deck."""
    theme = parse_theme(arguments.theme) if arguments.theme else DEFAULT_THEME
    title = normalize_title(arguments.title, arguments.id)
    change = create_deck(origin, arguments.id, title, theme, arguments.outline)
    planned = len(change.version.attributes.get("outline") or ())
    return ToolOutcome(
        result=f"Created {arguments.id} version {change.version.number}. A deck without pages,"
        f" theme {theme.name}. Now insert its pages one by one.",
        made=made_version(
            change.version,
            ArtifactAction.DECK,
            summary=f"{count(planned, 'page')} planned" if planned else "",
        ),
    )


TOOL = ArtifactTool(
    SPEC, DeckCreateArguments, perform, "The deck could not be begun; ask for it again."
)

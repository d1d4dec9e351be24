"""`insert_page`: a new page of a deck."""

from pydantic import AliasChoices, Field

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Sources, describe_tool
from webapp.agents.tools.artifact_tool import ArtifactTool, made_version, report_lines
from webapp.agents.tools.deck_arguments import DeckArguments, page_ref
from webapp.artifacts.changes.decks import PageText, insert_page
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.identifiers import normalize_title
from webapp.conversations.tool_names import INSERT_PAGE
from webapp.core.events import ArtifactAction

CONTENT_TOLD = "One complete HTML document of exactly 1280×720 CSS pixels"
SPEC = describe_tool(
    INSERT_PAGE,
    "Puts a new page into a deck; those from its position on move one further.",
    {
        "deck": "Which deck",
        "position": "Where it stands, from 1; last for behind all others",
        "title": "The title of the page, for the overview",
        "notes": "What the speaker says",
        "sources": "Where the facts come from, one a line",
        "content": CONTENT_TOLD,
    },
    optional="notes sources",
)


class InsertArguments(DeckArguments):
    """Arguments of a call."""

    position: str | int | float | list[int] = "last"
    title: str = ""
    notes: str = ""
    sources: Sources = None
    content: str = Field(validation_alias=AliasChoices("content", "html"))

    @property
    def place(self) -> object:
        """The position; Z.ai's name for it is a list of one."""
        if isinstance(self.position, list):
            return self.position[0] if len(self.position) == 1 else None
        return self.position


def perform(arguments: InsertArguments, origin: Origin) -> ToolOutcome:
    """Stores the deck with the page."""
    deck = arguments.identifier(origin)
    text = PageText(
        title=normalize_title(arguments.title, "") or None,
        notes=arguments.notes.strip(),
        sources=arguments.sources,
        content=arguments.content,
    )
    change = insert_page(origin, deck, arguments.place, text)
    page = page_ref(change)
    place = f"page {change.position} of {len(change.pages)}"
    return ToolOutcome(
        result=f"Inserted {deck} version {change.version.number}. {place.capitalize()}"
        f" has the id {page.id if page else ''}." + report_lines(change.report),
        made=made_version(change.version, ArtifactAction.PAGE, page=page, summary=place),
    )


TOOL = ArtifactTool(SPEC, InsertArguments, perform, "A page could not be kept; ask for it again.")

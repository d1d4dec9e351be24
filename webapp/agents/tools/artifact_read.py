"""`artifact_read`: the text of an artifact or a page, with numbers; of a deck, what is in it."""

from pydantic import AliasChoices, Field

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Identifier, ToolArguments, describe_tool, read_span
from webapp.agents.tools.artifact_tool import ArtifactTool, count
from webapp.artifacts.changes.decks import locate_page, page_text
from webapp.artifacts.changes.origin import Origin, require_base, require_deck
from webapp.artifacts.decks.pages import Page
from webapp.artifacts.edits.lines import Lines
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.version_documents import attributes_of, content_of, pages_of
from webapp.conversations.tool_names import ARTIFACT_READ
from webapp.core.events import ArtifactKind

MOST_CHARACTERS = 60_000
SPEC = describe_tool(
    ARTIFACT_READ,
    "Tells the present text of an artifact with line numbers, or of one page of a deck; of a deck"
    " without page, its pages and theme. The numbers are not part of the text.",
    {
        "id": "Which artifact",
        "page": "Decks only: position or id of the page",
        "lines": "Which lines: 10-40. All where it is left out",
    },
    optional="page lines",
)


class ReadArguments(ToolArguments):
    """Arguments of a call."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "deck"))
    page: str | int | float | None = None
    lines: str | int | None = None


def perform(arguments: ReadArguments, origin: Origin) -> ToolOutcome:
    """Reads; nothing is stored."""
    span = None if arguments.lines is None else read_span(str(arguments.lines))
    version = require_base(origin, arguments.id)
    name = f"{arguments.id} version {version.number}"
    if arguments.page not in (None, ""):
        deck = require_deck(origin, arguments.id)
        position, page = locate_page(pages_of(deck), arguments.page, None)
        about = f'{name}, page {position} ({page.id}) "{page.title}"'
        notes = f"\nNotes: {page.notes}" if page.notes else ""
        return ToolOutcome(result=number_lines(about, page_text(page), span) + notes)
    if version.kind == ArtifactKind.DECK:
        return ToolOutcome(result=describe_deck(name, version, pages_of(version)))
    return ToolOutcome(result=number_lines(name, content_of(version), span))


def number_lines(about: str, text: str, span: tuple[int, int] | None) -> str:
    """The lines as `12| text`, as many as there is room for."""
    lines = Lines.of(text).texts
    first, last = span or (1, len(lines))
    first, last = max(1, min(first, len(lines))), min(last, len(lines))
    told: list[str] = []
    room = MOST_CHARACTERS
    for number in range(first, last + 1):
        line = f"{number}| {lines[number - 1]}"
        room -= len(line) + 1
        if room < 0 and told:
            told.append(f"There are more lines; read {number}-{last} next.")
            break
        told.append(line[:MOST_CHARACTERS])
    return "\n".join([f"{about}: {count(len(lines), 'line')}.", *told])


def describe_deck(name: str, version: ArtifactVersion, pages: tuple[Page, ...]) -> str:
    """The deck's theme and pages, and what was planned."""
    attributes = attributes_of(version)
    theme = attributes.theme.name if attributes.theme else "none"
    told = [f'{name}, "{version.title}": {count(len(pages), "page")}, theme {theme}.']
    told += [f'{place}. {page.id} "{page.title}"' for place, page in enumerate(pages, 1)]
    if attributes.outline:
        told += ["Planned:", *attributes.outline]
    return "\n".join(told)


TOOL = ArtifactTool(
    SPEC, ReadArguments, perform, "The model looked for something that is not there."
)

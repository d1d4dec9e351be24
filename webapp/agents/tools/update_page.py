"""`update_page`: another text, title or notes for one page; all others stay as they are."""

from typing import Literal

from pydantic import AliasChoices, Field, field_validator

from webapp.agents.base import ToolOutcome
from webapp.agents.tools.arguments import Sources, describe_tool
from webapp.agents.tools.artifact_edit import EDITS_TOLD
from webapp.agents.tools.artifact_tool import (
    ArtifactTool,
    count,
    flagged_line,
    made_version,
    report_lines,
)
from webapp.agents.tools.deck_arguments import DeckArguments, page_ref
from webapp.agents.tools.insert_page import CONTENT_TOLD
from webapp.artifacts.changes.decks import DeckChange, PageText, update_page
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.decks.pages import DeckRefused
from webapp.artifacts.identifiers import normalize_title
from webapp.conversations.tool_names import UPDATE_PAGE
from webapp.core.events import ArtifactAction

SPEC = describe_tool(
    UPDATE_PAGE,
    "Changes one page of a deck. refine keeps its layout and takes edits; redo takes a whole new"
    " page as content.",
    {
        "deck": "Which deck",
        "position": "Which page, from 1; or leave it out and give page_id",
        "page_id": "The id of the page",
        "mode": ("refine or redo", ["refine", "redo"]),
        "title": "A new title for the overview",
        "notes": "New notes",
        "sources": "New sources, one a line",
        "edits": "refine: " + EDITS_TOLD,
        "content": "redo: " + CONTENT_TOLD,
    },
    optional="position page_id title notes sources edits content",
)


class UpdateArguments(DeckArguments):
    """Arguments of a call. Empty texts are left out."""

    position: str | int | float | None = None
    page_id: str | None = None
    mode: Literal["refine", "redo"] | None = None
    title: str | None = None
    notes: str | None = None
    sources: Sources = None
    edits: str | None = None
    content: str | None = Field(default=None, validation_alias=AliasChoices("content", "html"))

    @field_validator("page_id", "title", "edits", "content", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("mode", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return (value.strip().lower() or None) if isinstance(value, str) else value

    def page_text(self) -> PageText:
        """What the page is to hold. Raises DeckRefused if nothing is said of it."""
        edits, content = self.edits, self.content
        if edits and content:
            edits, content = (edits, None) if self.mode != "redo" else (None, content)
        if edits is None and content is not None and content.lstrip().startswith("<<<<<<<"):
            edits, content = content, None
        said = (edits, content, self.title, self.notes, self.sources)
        if all(one is None for one in said):
            raise DeckRefused("Give edits, or content, or a new title, notes or sources.")
        return PageText(
            title=None if self.title is None else normalize_title(self.title, self.title),
            notes=None if self.notes is None else self.notes.strip(),
            sources=self.sources,
            edits=edits,
            content=content,
        )


def perform(arguments: UpdateArguments, origin: Origin) -> ToolOutcome:
    """Stores the deck with the changed page."""
    deck, text = arguments.identifier(origin), arguments.page_text()
    page_id = (arguments.page_id or "").strip().lower() or None
    change = update_page(origin, deck, arguments.position, page_id, text)
    page, what = page_ref(change), _what(change, text)
    place = f"page {change.position} of {len(change.pages)}"
    return ToolOutcome(
        result=f"Updated {deck} version {change.version.number}. {place.capitalize()}"
        f" ({page.id if page else ''}): {what}."
        + report_lines(flagged_line(change.flagged), change.report),
        made=made_version(
            change.version,
            ArtifactAction.PAGE,
            page=page,
            summary=f"page {change.position}: {what}",
        ),
    )


def _what(change: DeckChange, text: PageText) -> str:
    if text.edits is not None:
        return f"changed {count(change.changed_lines, 'line')}"
    if text.content is not None:
        return "made anew"
    named = {"title": text.title, "notes": text.notes, "sources": text.sources}
    return "changed " + ", ".join(name for name, value in named.items() if value is not None)


TOOL = ArtifactTool(
    SPEC, UpdateArguments, perform, "A change did not fit the page, so nothing was changed."
)

"""What the tools of decks have in common."""

from pydantic import AliasChoices, Field

from webapp.agents.tools.arguments import OptionalIdentifier, ToolArguments
from webapp.artifacts.changes.decks import DeckChange
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.models import Artifact
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind, PageRef

PAGES_TOLD = 60


class DeckArguments(ToolArguments):
    """Arguments of a call that is about a deck. Models that know one deck only name none."""

    deck: OptionalIdentifier = Field(default="", validation_alias=AliasChoices("deck", "id"))

    def identifier(self, origin: Origin) -> str:
        """The deck that is named, else the newest of the chat. Raises InvalidInput."""
        if self.deck:
            return self.deck
        rows = Artifact.objects.filter(
            conversation_id=origin.conversation_id, kind=ArtifactKind.DECK
        )
        newest = rows.order_by("-created_at").first()
        if newest is None:
            raise InvalidInput(message="There is no deck in this chat; call deck_create first.")
        return newest.identifier


def page_ref(change: DeckChange) -> PageRef | None:
    """The page that a change was about."""
    if change.page is None or change.position is None:
        return None
    return PageRef(id=change.page.id, position=change.position, title=change.page.title)


def list_pages(change: DeckChange) -> str:
    """The order of a deck in one line."""
    titles = [f"{place} {page.title}" for place, page in enumerate(change.pages[:PAGES_TOLD], 1)]
    if len(change.pages) > PAGES_TOLD:
        titles.append("…")
    return "Pages now: " + " · ".join(titles) + "." if titles else "The deck has no pages now."

"""What a turn's folder may ask about the conversation's artifacts while a call is written."""

from uuid import UUID

from webapp.agents.tools.drafts import KnownArtifact
from webapp.artifacts.changes.origin import Origin, find_base
from webapp.artifacts.identifiers import artifact_id
from webapp.artifacts.models import Artifact
from webapp.artifacts.version_documents import pages_of
from webapp.core.events import ArtifactKind


class ConversationArtifacts:
    """Implements `webapp.agents.tools.drafts.ArtifactLookup` for the answer `message_id`."""

    def __init__(self, conversation_id: UUID, message_id: UUID) -> None:
        self._conversation_id = conversation_id
        # A call that nobody has made, so that the newest version is found.
        self._origin = Origin(conversation_id=conversation_id, message_id=message_id, call="")

    def id_of(self, identifier: str) -> str:
        """The id that the artifact has, or will have."""
        return str(artifact_id(self._conversation_id, identifier))

    def find(self, identifier: str) -> KnownArtifact | None:
        """The artifact as it is now; the newest deck for an empty identifier."""
        version = find_base(self._origin, identifier or self._newest_deck())
        if version is None:
            return None
        kind = ArtifactKind(version.kind)
        pages = pages_of(version) if kind is ArtifactKind.DECK else ()
        return KnownArtifact(
            id=str(version.artifact_id),
            kind=kind,
            title=version.title or version.artifact.title,
            pages=tuple((page.id, page.title) for page in pages),
        )

    def _newest_deck(self) -> str:
        rows = Artifact.objects.filter(
            conversation_id=self._conversation_id, kind=ArtifactKind.DECK
        )
        newest = rows.order_by("-created_at").values_list("identifier", flat=True).first()
        return newest or ""

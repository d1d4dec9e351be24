"""Where a change comes from, and which version it is a change of."""

from dataclasses import dataclass
from uuid import UUID

from webapp.artifacts.models import Artifact, ArtifactVersion, Author
from webapp.conversations.selectors import list_path_ids
from webapp.core.errors import InvalidInput
from webapp.core.events import ArtifactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The message that a change belongs to, and the call within it: the same call again is the
    same change."""

    conversation_id: UUID
    message_id: UUID
    call: str
    author: Author = Author.MODEL


def find_base(origin: Origin, identifier: str) -> ArtifactVersion | None:
    """The version that a change of `identifier` begins from, or None if there is no such artifact.

    That is the newest one on the path to the message: what another branch of the talk made of it
    is not there. For a call that has been run before it is the version that stood before it.
    """
    artifact = Artifact.objects.filter(
        conversation_id=origin.conversation_id, identifier=identifier
    ).first()
    if artifact is None:
        return None
    versions = list_versions(artifact, origin.message_id)
    repeated = next((one for one in versions if is_call(one, origin)), None)
    if repeated is not None:
        return next((one for one in versions if one.number == repeated.parent), None)
    return versions[-1] if versions else None


def list_versions(artifact: Artifact, message_id: UUID) -> list[ArtifactVersion]:
    """The artifact's versions on the path to the message, oldest first, without their texts."""
    rows = ArtifactVersion.objects.filter(
        artifact=artifact, message_id__in=list_path_ids(message_id=message_id)
    )
    return list(rows.select_related("artifact").order_by("number"))


def is_call(version: ArtifactVersion, origin: Origin) -> bool:
    """Whether this very call made the version."""
    return (version.message_id, version.call) == (origin.message_id, origin.call)


def require_base(origin: Origin, identifier: str) -> ArtifactVersion:
    """The version to begin from. Raises InvalidInput with a sentence that names what there is."""
    base = find_base(origin, identifier)
    if base is None:
        raise InvalidInput(message=_unknown(origin, identifier))
    return base


def require_text(origin: Origin, identifier: str) -> ArtifactVersion:
    """The same for what has one text. Raises InvalidInput for a deck."""
    base = require_base(origin, identifier)
    if base.kind == ArtifactKind.DECK:
        raise InvalidInput(message=f"{identifier} is a deck; change its pages by update_page.")
    return base


def require_deck(origin: Origin, identifier: str) -> ArtifactVersion:
    """The same for a deck. Raises InvalidInput for anything else."""
    base = require_base(origin, identifier)
    if base.kind != ArtifactKind.DECK:
        raise InvalidInput(message=f"{identifier} is not a deck but {base.kind}; it has no pages.")
    return base


def _unknown(origin: Origin, identifier: str) -> str:
    rows = Artifact.objects.filter(conversation_id=origin.conversation_id)
    names = list(rows.order_by("created_at").values_list("identifier", flat=True)[:20])
    there = f"There are: {', '.join(names)}." if names else "Nothing has been made here yet."
    return f'There is no artifact "{identifier[:64]}" in this chat. {there}'

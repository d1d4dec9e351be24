"""What stands in a chat, in a few lines for the model: enough to know what to read and edit."""

from collections.abc import Sequence
from uuid import UUID

from webapp.artifacts.edits.lines import Lines
from webapp.artifacts.models import ArtifactVersion, Author
from webapp.artifacts.version_documents import attributes_of, content_of, pages_of
from webapp.core.events import ArtifactKind

MOST_CHARACTERS = 4_000
TITLES_TOLD = 40
HEAD = (
    "What has been made in this chat and how it stands now. Read it by artifact_read before you"
    " edit what is not written out above."
)


def describe_artifacts(*, message_ids: Sequence[UUID]) -> str:
    """One line for each artifact of these messages, in its newest version there, the one changed
    last first; empty if there is none."""
    rows = ArtifactVersion.objects.filter(message_id__in=message_ids)
    rows = rows.select_related("artifact").order_by("-number")
    newest: dict[UUID, ArtifactVersion] = {}
    for version in rows:
        newest.setdefault(version.artifact_id, version)
    lines = [HEAD]
    for version in sorted(newest.values(), key=lambda one: one.created_at, reverse=True):
        lines.append(_describe(version))
        if sum(map(len, lines)) > MOST_CHARACTERS:
            lines.pop()
            break
    return "\n".join(lines) if len(lines) > 1 else ""


def _describe(version: ArtifactVersion) -> str:
    told = f'- {version.artifact.identifier}: {version.kind} "{version.title}", version'
    told += f" {version.number}"
    if version.author == Author.PERSON:
        told += ", edited by the person"
    if version.kind != ArtifactKind.DECK:
        lines = len(Lines.of(content_of(version)))
        return f"{told}, {lines} line{'' if lines == 1 else 's'}"
    theme = attributes_of(version).theme
    pages = pages_of(version)
    titles = [
        f"{place} {page.title} ({page.id})" for place, page in enumerate(pages[:TITLES_TOLD], 1)
    ]
    count = f"{len(pages)} page{'' if len(pages) == 1 else 's'}"
    told += f", theme {theme.name if theme else 'none'}, {count}"
    return f"{told}: {' · '.join(titles)}" if titles else told

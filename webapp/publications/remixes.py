"""A remix: a published version becomes the beginning of a reader's own conversation."""

from django.db import transaction

from webapp.accounts.models import User
from webapp.artifacts.identifiers import artifact_id
from webapp.artifacts.models import Artifact, ArtifactVersion, DeckPage
from webapp.conversations.models import Conversation, Message
from webapp.conversations.services import (
    add_assistant_message,
    add_user_message,
    create_conversation,
    dump_parts,
)
from webapp.core.events import ArtifactKind, ArtifactPart, TextPart
from webapp.publications.selectors import get_live


@transaction.atomic
def remix(*, reader: User, slug: str, url: str) -> Conversation:
    """A new conversation of `reader` with a copy of what is published at `url`; its first messages
    say where it comes from. Raises NotFound."""
    version = get_live(slug=slug).version
    title = version.title or version.artifact.title
    conversation = create_conversation(owner=reader, first_text=f"Remix of {title}")
    question = add_user_message(
        conversation=conversation, parent=None, text=f"Remix “{title}” from {url}"
    )
    answer = add_assistant_message(parent=question)
    copy = _copy_version(version, answer, title)
    answer.parts = dump_parts(
        [
            ArtifactPart(
                artifact=str(copy.artifact_id),
                artifact_kind=ArtifactKind(copy.kind),
                title=title,
                version=copy.number,
            ),
            TextPart(text=f"This is your own copy of “{title}”. Say what to change."),
        ]
    )
    answer.save(update_fields=["parts"])
    return conversation


def _copy_version(version: ArtifactVersion, answer: Message, title: str) -> ArtifactVersion:
    """The version as number 1 of a new artifact; texts are kept once, so none is copied."""
    identifier = version.artifact.identifier
    artifact = Artifact.objects.create(
        id=artifact_id(answer.conversation_id, identifier),
        conversation_id=answer.conversation_id,
        identifier=identifier,
        kind=version.kind,
        title=title,
    )
    copy = ArtifactVersion.objects.create(
        artifact=artifact,
        number=1,
        kind=version.kind,
        title=title,
        attributes=version.attributes,
        blob=version.blob,
        check_report=version.check_report,
        message=answer,
        call="remix",
    )
    DeckPage.objects.bulk_create(
        DeckPage(
            version=copy,
            position=page.position,
            page_id=page.page_id,
            title=page.title,
            sources=page.sources,
            blob_id=page.blob_id,
        )
        # Speaker notes are for who speaks; they are not published, and so not remixed.
        for page in version.pages.all()
    )
    return copy

"""Puts a conversation with given documents into an installation's database, as a turn would.

A program of its own, since it needs the installation's settings: reads one JSON object from
standard input, `{owner, title, answer, documents: [{identifier, kind, title, content}]}`, and
prints the conversation's id. `answer` is the text that stands above the documents; the pages of a
deck stand in its content with a line of three dashes between them, or in `pages`, each with
`title`, `notes` and `content`, and then it has a `theme`.
"""

import json
import os
import sys
from typing import Any
from uuid import UUID, uuid4

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
django.setup()

from django.utils import timezone  # noqa: E402

from webapp.accounts.models import User  # noqa: E402
from webapp.artifacts.attributes import VersionAttributes  # noqa: E402
from webapp.artifacts.contents import PreparedContent  # noqa: E402
from webapp.artifacts.decks.pages import Page  # noqa: E402
from webapp.artifacts.decks.themes import parse_theme  # noqa: E402
from webapp.artifacts.services import store_text, store_version  # noqa: E402
from webapp.conversations.models import Message  # noqa: E402
from webapp.conversations.services import (  # noqa: E402
    add_assistant_message,
    add_user_message,
    create_conversation,
    dump_parts,
)
from webapp.core.events import ArtifactKind, ArtifactPart, Part, TextPart  # noqa: E402
from webapp.generation.models import Turn, TurnState  # noqa: E402


def plant(wish: dict[str, Any]) -> UUID:
    """Stores the conversation with one question and one answer; returns its id."""
    owner = User.objects.get(pk=UUID(wish["owner"]))
    conversation = create_conversation(owner=owner, first_text=wish["title"])
    question = add_user_message(conversation=conversation, parent=None, text=wish["title"])
    answer = add_assistant_message(parent=question)
    answer.parts = dump_parts([TextPart(text=wish["answer"]), *_made(answer, wish["documents"])])
    answer.save(update_fields=["parts"])
    _close_turn(owner, question, answer)
    return conversation.pk


def _made(answer: Message, documents: list[dict[str, Any]]) -> list[Part]:
    parts: list[Part] = []
    for number, document in enumerate(documents):
        kind = ArtifactKind(document["kind"])
        is_deck = kind is ArtifactKind.DECK
        version = store_version(
            message_id=answer.pk,
            call=f"call-{number}",
            identifier=document["identifier"],
            kind=kind,
            title=document["title"],
            content=None if is_deck else document["content"],
            pages=_pages(document) if is_deck else (),
            attributes=_attributes(document),
        )
        part = ArtifactPart(
            artifact=str(version.artifact_id),
            artifact_kind=kind,
            title=document["title"],
            version=version.number,
        )
        parts.append(part)
    return parts


def _pages(document: dict[str, Any]) -> tuple[Page, ...]:
    """A deck's pages; those that stand in its content have their number as title."""
    texts = document.get("content", "").split("\n---\n")
    numbered = [
        {"title": f"Page {number}", "notes": "", "content": text}
        for number, text in enumerate(texts, start=1)
    ]
    return tuple(
        Page(
            id=f"{number:08x}",
            title=page["title"],
            notes=page["notes"],
            sha256=store_text(PreparedContent(page["content"])),
        )
        for number, page in enumerate(document.get("pages", numbered), start=1)
    )


def _attributes(document: dict[str, Any]) -> VersionAttributes:
    theme = document.get("theme")
    return VersionAttributes(theme=None if theme is None else parse_theme(theme))


def _close_turn(owner: User, question: Message, answer: Message) -> None:
    now = timezone.now()
    Turn.objects.create(
        owner=owner,
        conversation_id=question.conversation_id,
        user_message=question,
        assistant_message=answer,
        request_key=uuid4(),
        state=TurnState.FINISHED,
        attempt=1,
        rung_at=now,
        started_at=now,
        finished_at=now,
        model="planted",
        stream_closed=True,
    )


if __name__ == "__main__":
    sys.stdout.write(str(plant(json.loads(sys.stdin.read()))))

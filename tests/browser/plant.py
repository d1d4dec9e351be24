"""Puts a conversation with given documents into an installation's database, as a turn would.

A program of its own, since it needs the installation's settings: reads one JSON object from
standard input, `{owner, title, answer, documents: [{identifier, kind, title, content}]}`, and
prints the conversation's id. `answer` is the text that stands above the documents. A deck has
`theme` and `pages: [{title, notes, content}]` instead of `content`.
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
from webapp.artifacts.changes.decks import PageText, create_deck, insert_page  # noqa: E402
from webapp.artifacts.changes.origin import Origin  # noqa: E402
from webapp.artifacts.decks.themes import parse_theme  # noqa: E402
from webapp.artifacts.models import ArtifactVersion  # noqa: E402
from webapp.artifacts.services import store_version  # noqa: E402
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
        store = _store_deck if kind is ArtifactKind.DECK else _store_text
        version = store(answer, f"call-{number}", document)
        part = ArtifactPart(
            artifact=str(version.artifact_id),
            artifact_kind=kind,
            title=document["title"],
            version=version.number,
        )
        parts.append(part)
    return parts


def _store_text(answer: Message, call: str, document: dict[str, Any]) -> ArtifactVersion:
    return store_version(
        message_id=answer.pk,
        call=call,
        identifier=document["identifier"],
        kind=ArtifactKind(document["kind"]),
        title=document["title"],
        content=document["content"],
    )


def _store_deck(answer: Message, call: str, document: dict[str, Any]) -> ArtifactVersion:
    def origin(step: int) -> Origin:
        return Origin(
            conversation_id=answer.conversation_id, message_id=answer.pk, call=f"{call}/{step}"
        )

    identifier = document["identifier"]
    theme = parse_theme(document["theme"])
    made = create_deck(origin(0), identifier, document["title"], theme, "")
    for place, page in enumerate(document["pages"], 1):
        made = insert_page(origin(place), identifier, place, PageText(**page))
    return made.version


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

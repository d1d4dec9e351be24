"""Conversations over HTTP: the list, one with all its messages, rename, delete, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from pydantic import BaseModel, ConfigDict

from webapp.accounts.models import User
from webapp.accounts.requests import find_user, require_user
from webapp.artifacts.models import Artifact
from webapp.artifacts.selectors import list_artifacts
from webapp.conversations.models import Conversation, Message
from webapp.conversations.selectors import get_conversation, list_conversations, list_messages
from webapp.conversations.services import (
    delete_conversation,
    rename_conversation,
    restore_conversation,
)
from webapp.core.api import api_view, json_response, parse_body
from webapp.generation.models import Turn
from webapp.generation.selectors import list_running_conversations, list_turns
from webapp.generation.services import stop_conversation
from webapp.publications.services import unpublish_conversation


class Rename(BaseModel):
    """Body of a rename."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str


@api_view("GET")
def conversations(request: HttpRequest) -> HttpResponseBase:
    """The list, newest first; empty for a stranger."""
    owner = find_user(request)
    if owner is None:
        return json_response({"conversations": []})
    running = list_running_conversations(owner=owner)
    rows = [_summary(row, running) for row in list_conversations(owner=owner)]
    return json_response({"conversations": rows})


@api_view("GET", "PATCH", "DELETE")
def conversation(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """One conversation: read, rename or delete it."""
    owner = require_user(request)
    if request.method == "PATCH":
        title = parse_body(request, Rename).title
        row = rename_conversation(owner=owner, id=id, title=title)
        return json_response(_summary(row, list_running_conversations(owner=owner)))
    if request.method == "DELETE":
        get_conversation(owner=owner, id=id)
        stop_conversation(owner=owner, conversation=id)
        delete_conversation(owner=owner, id=id)
        unpublish_conversation(conversation=id)
        return HttpResponse(status=204)
    return json_response(_detail(owner, id))


@api_view("POST")
def restore(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Takes a deletion back."""
    owner = require_user(request)
    row = restore_conversation(owner=owner, id=id)
    return json_response(_summary(row, list_running_conversations(owner=owner)))


def _summary(row: Conversation, running: set[UUID]) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "title": row.title,
        "updated_at": row.updated_at.isoformat(),
        "running": row.pk in running,
    }


def _detail(owner: User, id: UUID) -> dict[str, Any]:
    row = get_conversation(owner=owner, id=id)
    turns = list_turns(conversation=row)
    return {
        "id": str(row.pk),
        "title": row.title,
        "messages": [
            _message(message, turns.get(message.pk)) for message in list_messages(conversation=row)
        ],
        "artifacts": [_artifact(artifact) for artifact in list_artifacts(conversation=row)],
    }


def _message(message: Message, turn: Turn | None) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "parent": str(message.parent_id) if message.parent_id else None,
        "role": message.role,
        "created_at": message.created_at.isoformat(),
        "parts": message.parts,
        "turn": _turn(turn) if turn else None,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    error = {"code": turn.error_code, "message": turn.error_message} if turn.error_code else None
    return {
        "id": str(turn.pk),
        "state": turn.state,
        "model": turn.model,
        "thinking": turn.thinking,
        "error": error,
        "usage": turn.usage or None,
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {
        "id": str(artifact.pk),
        "kind": artifact.kind,
        "title": artifact.title,
        "versions": [
            {
                "number": version.number,
                "title": version.title,
                "author": version.author,
                "message": str(version.message_id),
                "created_at": version.created_at.isoformat(),
            }
            for version in artifact.versions.all()
        ],
    }

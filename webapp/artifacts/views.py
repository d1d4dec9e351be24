"""A version as JSON for the panel, or as a file to keep."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from pydantic import BaseModel, ConfigDict

from webapp.accounts.requests import require_user
from webapp.artifacts.changes.person import PersonEdit, edit_as_person, restore_as_person
from webapp.artifacts.checks import read_summary
from webapp.artifacts.decks.themes import NAMED_THEMES
from webapp.artifacts.identifiers import file_name
from webapp.artifacts.models import ArtifactVersion, DeckPage
from webapp.artifacts.selectors import get_page, get_version
from webapp.artifacts.version_documents import content_of, page_document, version_document
from webapp.core.api import api_view, json_response, parse_body
from webapp.core.errors import NotFound
from webapp.core.events import ArtifactKind

# A document of 2 MB, with every character quoted as JSON may quote it.
MAX_EDIT_BYTES = 7 * 1024 * 1024


class Restore(BaseModel):
    """Body of a restore."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int


@api_view("GET")
def themes(_request: HttpRequest) -> HttpResponseBase:
    """The themes that have a name."""
    return json_response({"themes": [theme.model_dump(mode="json") for theme in NAMED_THEMES]})


@api_view("POST")
def versions(request: HttpRequest, artifact: UUID) -> HttpResponseBase:
    """Stores a person's change; answers with the number of its version."""
    owner = require_user(request)
    edit = parse_body(request, PersonEdit, max_bytes=MAX_EDIT_BYTES)
    stored = edit_as_person(owner=owner, artifact=artifact, edit=edit)
    return json_response({"number": stored.number})


@api_view("POST")
def restore(request: HttpRequest, artifact: UUID) -> HttpResponseBase:
    """Makes an older version the newest again; answers with the new number."""
    owner = require_user(request)
    number = parse_body(request, Restore).number
    stored = restore_as_person(owner=owner, artifact=artifact, number=number)
    return json_response({"number": stored.number})


@api_view("GET")
def version(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """One version with its content, never as a document of this origin."""
    found = get_version(owner=require_user(request), artifact=artifact, number=number)
    return _private_json(describe_version(found))


@api_view("GET")
def page(request: HttpRequest, artifact: UUID, number: int, page_id: str) -> HttpResponseBase:
    """One page of a deck with its content."""
    owner = require_user(request)
    found = get_page(owner=owner, artifact=artifact, number=number, page_id=page_id)
    body = {
        "content": found.blob.text,
        "document": page_document(found),
        "sha256": found.blob_id,
    }
    return _private_json(body)


@api_view("GET")
def check(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """The whole report of the version's check."""
    found = get_version(owner=require_user(request), artifact=artifact, number=number)
    if found.check_report is None:
        raise NotFound("This version has not been checked.")
    return _private_json(found.check_report)


@api_view("GET")
def download(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """The version as an attachment under a name made from its title."""
    found = get_version(owner=require_user(request), artifact=artifact, number=number)
    if found.blob is None:
        raise NotFound("A deck is downloaded as an export.")
    name = file_name(found.artifact.title, found.artifact.identifier, ArtifactKind(found.kind))
    return HttpResponse(
        found.blob.text,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def describe_version(found: ArtifactVersion) -> dict[str, Any]:
    """The version as the panel reads it; `document` is null where it equals the content."""
    is_deck = found.kind == ArtifactKind.DECK
    content = None if is_deck else content_of(found)
    document = None if is_deck else version_document(found)
    summary = read_summary(found.check_report)
    return {
        "id": str(found.artifact_id),
        "kind": found.kind,
        "title": found.title or found.artifact.title,
        "number": found.number,
        "parent": found.parent,
        "author": found.author,
        "attributes": found.attributes,
        "content": content,
        "document": None if document == content else document,
        "pages": [_page(page) for page in found.pages.all()],
        "check": None if summary is None else summary.model_dump(mode="json"),
    }


def _page(page: DeckPage) -> dict[str, Any]:
    return {
        "id": page.page_id,
        "position": page.position,
        "title": page.title,
        "notes": page.notes,
        "sources": page.sources,
        "sha256": page.blob_id,
    }


def _private_json(body: dict[str, Any]) -> HttpResponseBase:
    response = json_response(body)
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""A version as JSON for the panel, or as a file to keep."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from webapp.accounts.requests import require_user
from webapp.artifacts.identifiers import file_name
from webapp.artifacts.selectors import get_version
from webapp.core.api import api_view, json_response
from webapp.core.events import ArtifactKind


@api_view("GET")
def version(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """One version with its content, never as a document of this origin."""
    found = get_version(owner=require_user(request), artifact=artifact, number=number)
    response = json_response(
        {
            "id": str(found.artifact_id),
            "kind": found.kind,
            "title": found.artifact.title,
            "number": found.number,
            "content": found.blob.text,
        }
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@api_view("GET")
def download(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """The version as an attachment under a name made from its title."""
    found = get_version(owner=require_user(request), artifact=artifact, number=number)
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

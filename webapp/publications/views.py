"""Publishing over HTTP."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from pydantic import BaseModel, ConfigDict, Field

from webapp.accounts.requests import require_user
from webapp.administration.staff import require_staff
from webapp.core.api import api_view, json_response, parse_body
from webapp.core.errors import NotFound
from webapp.core.origins import artifact_origin
from webapp.publications import services
from webapp.publications.models import Publication, Visibility
from webapp.publications.pictures import find_picture
from webapp.publications.remixes import remix as make_remix
from webapp.publications.selectors import find_of_artifact, get_live, list_public


class PublishBody(BaseModel):
    """Who shall find it."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility


class TakedownBody(BaseModel):
    """Why it was taken down, for the record."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


@api_view("POST")
def publish(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """Publishes a version, or shows it where another one was."""
    publication = services.publish_version(
        owner=require_user(request),
        artifact=artifact,
        number=number,
        visibility=parse_body(request, PublishBody).visibility,
        app_origin=f"{request.scheme}://{request.get_host()}",
    )
    return json_response(_describe(request, publication), status=201)


@api_view("GET")
def of_artifact(request: HttpRequest, artifact: UUID) -> HttpResponseBase:
    """How an artifact of the person is published; null while it is private."""
    found = find_of_artifact(owner=require_user(request), artifact=artifact)
    return json_response({"publication": None if found is None else _describe(request, found)})


@api_view("GET")
def public(request: HttpRequest) -> HttpResponseBase:
    """What everybody may see, the newest first."""
    rows = [
        _describe(request, publication) | {"picture": _picture_path(publication.slug)}
        for publication in list_public()
    ]
    return json_response({"publications": rows})


@api_view("GET", "PATCH", "DELETE")
def publication(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What is published there, for whoever has the link; its owner may change and unpublish it."""
    if request.method == "GET":
        found = get_live(slug=slug)
        path = None if find_picture(found) is None else _picture_path(slug)
        return json_response(_describe(request, found) | {"picture": path})
    owner = require_user(request)
    if request.method == "DELETE":
        services.unpublish(owner=owner, slug=slug)
        return HttpResponse(status=204)
    visibility = parse_body(request, PublishBody).visibility
    changed = services.change_visibility(owner=owner, slug=slug, visibility=visibility)
    return json_response(_describe(request, changed))


@api_view("GET")
def picture(_request: HttpRequest, slug: str) -> HttpResponseBase:
    """A small picture of what is published there, for whoever has the link."""
    found = find_picture(get_live(slug=slug))
    if found is None:
        raise NotFound("There is no picture of this yet.")
    return HttpResponse(
        found,
        content_type="image/webp",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            # Unpublishing works at once, so nothing may be kept.
            "Cache-Control": "no-store",
        },
    )


@api_view("POST")
def remix(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A new conversation with a copy of what is published."""
    reader = require_user(request)
    conversation = make_remix(reader=reader, slug=slug, url=_url(request, slug))
    return json_response({"conversation": str(conversation.pk)}, status=201)


@api_view("POST", stores=False)
def take_down(request: HttpRequest, slug: str) -> HttpResponseBase:
    """For administrators; others are told what strangers are told."""
    administrator = require_staff(request)
    reason = parse_body(request, TakedownBody).reason
    if services.take_down(slug=slug, reason=reason, by=administrator) is None:
        raise NotFound
    return HttpResponse(status=204)


def _describe(request: HttpRequest, publication: Publication) -> dict[str, Any]:
    version = publication.version
    return {
        "slug": publication.slug,
        "url": _url(request, publication.slug),
        "visibility": publication.visibility,
        "title": version.title or publication.artifact.title,
        "kind": version.kind,
        "version": version.number,
        "created_at": publication.created_at.isoformat(),
    }


def _picture_path(slug: str) -> str:
    """Where the picture is, if there is one."""
    return f"/api/publications/{slug}/picture.webp"


def _url(request: HttpRequest, slug: str) -> str:
    return f"{artifact_origin(request)}/p/{slug}"

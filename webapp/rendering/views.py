"""Pictures and checks of made things, for their owner."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from webapp.accounts.models import User
from webapp.accounts.requests import require_user
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.selectors import get_version
from webapp.core.api import api_view, json_response
from webapp.core.errors import NotFound
from webapp.rendering.client import request_check
from webapp.rendering.thumbnails import read_thumbnail
from webapp.rendering.version_jobs import list_jobs

KEEP_SECONDS = 3600


@api_view("GET")
def thumbnail(request: HttpRequest, artifact: UUID, sha256: str) -> HttpResponseBase:
    """The picture of the document whose text has this SHA-256, in the version that `?version=`
    names (the newest without); `not_found` while there is none."""
    owner = require_user(request)
    number = _number(request.GET.get("version", ""), owner, artifact)
    version = get_version(owner=owner, artifact=artifact, number=number)
    job = next((job for job in list_jobs(version) if job.source == sha256), None)
    picture = None if job is None else read_thumbnail(job)
    if picture is None:
        raise NotFound("There is no picture of this yet.")
    return HttpResponse(
        picture,
        content_type="image/webp",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": f"private, max-age={KEEP_SECONDS}",
        },
    )


@api_view("POST")
def checks(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """Has a version checked that no turn has made, such as a person's own edit. The report comes
    with the version some seconds later; `asked` is false where no render worker lives."""
    version = get_version(owner=require_user(request), artifact=artifact, number=number)
    asked = version.check_report is None and request_check(version.pk)
    return json_response({"asked": asked}, status=202 if asked else 200)


def _number(text: str, owner: User, artifact: UUID) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    newest = ArtifactVersion.objects.filter(
        artifact_id=artifact, artifact__conversation__owner=owner
    ).order_by("-number")
    number = newest.values_list("number", flat=True).first()
    if number is None:
        raise NotFound
    return number

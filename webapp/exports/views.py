"""Exports over HTTP: start, look, cancel, fetch."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from pydantic import BaseModel, ConfigDict

from webapp.accounts.requests import require_user
from webapp.core.api import api_view, json_response, parse_body
from webapp.core.errors import NotFound
from webapp.exports.formats import ExportFormat, ExportOptions
from webapp.exports.models import Export, ExportState
from webapp.exports.selectors import get_export
from webapp.exports.services import cancel_export, start_export
from webapp.exports.storage import file_path


class _Start(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: ExportFormat
    options: ExportOptions = ExportOptions()


@api_view("POST")
def start(request: HttpRequest, artifact: UUID, number: int) -> HttpResponseBase:
    """Queues an export of a version."""
    owner = require_user(request)
    wish = parse_body(request, _Start)
    made = start_export(
        owner=owner, artifact=artifact, number=number, format=wish.format, options=wish.options
    )
    return json_response({"id": str(made.pk)}, status=202)


@api_view("GET")
def export(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Where an export is."""
    return json_response(_dump(get_export(owner=require_user(request), id=id)))


@api_view("POST", stores=False)
def cancel(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Ends an export that still runs."""
    return json_response(_dump(cancel_export(owner=require_user(request), id=id)))


@api_view("GET")
def file(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The file as an attachment, never as a document of this origin."""
    found = get_export(owner=require_user(request), id=id)
    path = file_path(found.pk)
    if found.state != ExportState.DONE or not path.exists():
        raise NotFound("The file is not there any more; export it again.")
    return HttpResponse(
        path.read_bytes(),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{found.file_name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def _dump(export: Export) -> dict[str, Any]:
    is_done = export.state == ExportState.DONE
    failed = {"code": export.error_code, "message": export.error_message}
    return {
        "id": str(export.pk),
        "state": export.state,
        "done": export.done,
        "total": export.total,
        "text": export.text,
        "report": export.report,
        "file": {"name": export.file_name, "bytes": export.file_bytes} if is_done else None,
        "error": failed if export.error_code else None,
    }

"""The single page, health, readiness, and what is shown when there is nothing or a fault."""

from collections.abc import Callable
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from engine.protocol import ErrorCode
from webapp.core.api import error_response, json_response
from webapp.core.errors import AppError, NotFound
from webapp.core.origins import artifact_origin
from webapp.pages.bundle import Bundle, NotBuilt, read_bundle
from webapp.pages.health import measure_health

_NOT_BUILT = "The page is not built yet; run: make setup\n"


@require_safe
def shell(
    request: HttpRequest,
    **_place: UUID | int | str,  # the page's script reads the address
) -> HttpResponseBase:
    """The page, the same for every address; it may frame the artifact origin only."""
    try:
        bundle = read_bundle(settings.FRONTEND_DIST)
    except NotBuilt:
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    return csp_replace({"frame-src": [artifact_origin(request)]})(_render_shell(bundle))(request)


def _render_shell(bundle: Bundle) -> Callable[[HttpRequest], HttpResponseBase]:
    def view(request: HttpRequest) -> HttpResponseBase:
        response = render(request, "shell.html", {"bundle": bundle})
        response["Cache-Control"] = "no-store"
        return response

    return view


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """This process lives."""
    return json_response({"ok": True})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether a turn would be answered, and what is missing."""
    health = measure_health()
    return json_response(health.as_json(), status=200 if health.ready else 503)


def not_found(
    request: HttpRequest,
    exception: Exception,  # noqa: ARG001 (Django's signature)
) -> HttpResponseBase:
    """JSON for programs, one sentence for people."""
    if _is_for_programs(request):
        return error_response(NotFound())
    return HttpResponse("There is nothing here.\n", status=404, content_type="text/plain")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """JSON for programs, one sentence for people."""
    error = AppError(ErrorCode.INTERNAL_ERROR)
    if _is_for_programs(request):
        return error_response(error)
    return HttpResponse(f"{error.message}\n", status=500, content_type="text/plain")


def csrf_failure(
    request: HttpRequest,  # noqa: ARG001 (Django's signature)
    reason: str = "",  # noqa: ARG001
) -> HttpResponseBase:
    """A write without the page's token."""
    return error_response(AppError(ErrorCode.FORBIDDEN_ORIGIN))


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")

"""The workers' page and what it asks over HTTP. For administrators; strangers are told nothing."""

import time
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from webapp.administration.staff import require_staff, staff_from_cookies
from webapp.catalog.selectors import list_models
from webapp.core.api import api_view, json_response, parse_body
from webapp.core.errors import InvalidInput
from webapp.core.redis import redis_client
from webapp.pages.bundle import NotBuilt, read_bundle
from webapp.workers import commands
from webapp.workers.diagnostics import file_name, pack_diagnostics, read_log
from webapp.workers.samples import read_hour, read_week
from webapp.workers.selectors import get_worker, list_workers
from webapp.workers.wire import QueueWish, Wire, WishSent, WorkerLog, WorkerWish

PAGE_ENTRY = "src/dashboard/main.ts"
_NOT_BUILT = "The page is not built yet; run: make setup\n"


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponseBase:
    """The page, for administrators; others are asked to sign in."""
    if staff_from_cookies(request.COOKIES) is None:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    try:
        bundle = read_bundle(settings.FRONTEND_DIST, PAGE_ENTRY)
    except NotBuilt:
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    response = render(request, "dashboard.html", {"bundle": bundle})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def served_models(request: HttpRequest) -> HttpResponseBase:
    """The served models and who serves them, read from what workers say."""
    workers = list_workers(redis_client(), time.time())
    rows = [
        (model, [worker for worker in workers if worker.status.model == model.name])
        for model in list_models()
    ]
    context = {**admin.site.each_context(request), "title": "Served models", "rows": rows}
    return render(request, "admin/served_models.html", context)


@api_view("POST", stores=False)
def command(request: HttpRequest, worker: str) -> HttpResponseBase:
    """Sends a wish to a worker."""
    administrator = require_staff(request)
    id = commands.send_command(
        by=administrator,
        redis=redis_client(),
        worker_id=worker,
        wish=parse_body(request, WorkerWish),
    )
    return _answer(WishSent(id=str(id)), status=202)


@api_view("GET")
def command_result(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """How it ended, if it has."""
    require_staff(request)
    return _answer(commands.get_result(redis=redis_client(), command_id=id))


@api_view("GET")
def worker_log(request: HttpRequest, worker: str) -> HttpResponseBase:
    """The last lines of its log."""
    require_staff(request)
    redis = redis_client()
    get_worker(redis, worker)
    return _answer(WorkerLog(lines=tuple(read_log(redis, worker))))


@api_view("GET")
def history(request: HttpRequest, worker: str) -> HttpResponseBase:
    """Its figures of an hour by the second, or of a week by the minute."""
    require_staff(request)
    redis = redis_client()
    span = request.GET.get("span")
    if span not in ("hour", "week"):
        raise InvalidInput(message="Ask for the span hour or week.")
    get_worker(redis, worker)
    return _answer(read_hour(redis, worker, time.time()) if span == "hour" else read_week(worker))


@api_view("GET")
def diagnostics(request: HttpRequest, worker: str) -> HttpResponseBase:
    """All that is known of it, as a file."""
    require_staff(request)
    redis = redis_client()
    get_worker(redis, worker)
    return HttpResponse(
        pack_diagnostics(redis, worker),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(worker)}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@api_view("POST", stores=False)
def queue(request: HttpRequest, model: str, paused: bool) -> HttpResponseBase:
    """Pauses the queue of a model, or ends the pause."""
    administrator = require_staff(request)
    reason = parse_body(request, QueueWish).reason
    state = commands.pause_queue(
        by=administrator, redis=redis_client(), model=model, paused=paused, reason=reason
    )
    return _answer(state)


def _answer(body: Wire, *, status: int = 200) -> HttpResponseBase:
    return json_response(body.model_dump(mode="json", by_alias=True), status=status)

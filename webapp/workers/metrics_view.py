"""`/metrics`, for Prometheus and whoever holds the key."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.catalog.selectors import list_worker_statuses
from webapp.core.api import error_response
from webapp.core.errors import NotFound
from webapp.core.redis import redis_client
from webapp.workers.cluster import read_cluster
from webapp.workers.metrics import write_metrics

_LOOPBACK = ("127.0.0.1", "::1")


@require_safe
def metrics(request: HttpRequest) -> HttpResponseBase:
    """The figures of this moment; for everybody else there is nothing here."""
    if not _may_read(request):
        return error_response(NotFound())
    statuses = list_worker_statuses()
    models = {settings.ATELIER_MODEL_NAME, *(status.model for status in statuses)}
    cluster = read_cluster(redis_client(), sorted(models))
    text = write_metrics(statuses, cluster, time.time())
    response = HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


def _may_read(request: HttpRequest) -> bool:
    """With the key from anywhere; without one from this machine, past no proxy: what a proxy
    forwards comes from this machine too, and says so."""
    key = settings.ATELIER_METRICS_KEY
    given = request.headers.get("Authorization", "")
    if key is not None:
        return constant_time_compare(given, f"Bearer {key}")
    is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not is_forwarded

"""Where the artifact frame lives, seen from one request to the app."""

from django.conf import settings
from django.http import HttpRequest


def artifact_origin(request: HttpRequest) -> str:
    """The artifact origin for the host by which this page was asked for: the same name on the
    artifact port, unless the operator named an origin."""
    if settings.ATELIER_ARTIFACT_ORIGIN is not None:
        return settings.ATELIER_ARTIFACT_ORIGIN
    host = request.get_host()
    name = host[: host.rindex("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return f"{request.scheme}://{name}:{settings.ATELIER_ARTIFACT_PORT}"

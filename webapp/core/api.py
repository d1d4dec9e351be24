"""JSON endpoints: bodies parsed by pydantic, errors as `{"error": {"code", "message"}}`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse, UnreadablePostError
from pydantic import BaseModel, ValidationError
from redis.exceptions import RedisError

from engine.protocol import ErrorCode
from webapp.core.errors import AppError, EditConflict, InvalidInput
from webapp.core.storage import explain_failure, refuse_when_full

MAX_BODY_BYTES = 64 * 1024
ALWAYS_ALLOWED = ("GET", "HEAD", "DELETE")
log = structlog.get_logger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Model = TypeVar("Model", bound=BaseModel)


def error_response(error: AppError) -> JsonResponse:
    """The error as JSON with its status."""
    body = {"code": error.code.value, "message": error.message}
    if isinstance(error, EditConflict):
        body |= {"mine": error.mine, "theirs": error.theirs}
    response = JsonResponse({"error": body}, status=error.status)
    response["Cache-Control"] = "no-store"
    return response


def json_response(body: dict[str, Any], *, status: int = 200) -> JsonResponse:
    """An answer that no cache may keep, since it belongs to one person."""
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def parse_body(
    request: HttpRequest, model: type[Model], *, max_bytes: int = MAX_BODY_BYTES
) -> Model:
    """The body as `model`. Raises InvalidInput if it is too large or has a wrong shape."""
    try:
        if len(request.body) > max_bytes:
            raise InvalidInput(ErrorCode.FRAME_TOO_LARGE)
        return model.model_validate_json(request.body)
    except RequestDataTooBig as error:
        raise InvalidInput(ErrorCode.FRAME_TOO_LARGE) from error
    except (ValidationError, UnreadablePostError) as error:
        raise InvalidInput from error


def api_view(*methods: str, stores: bool = True) -> Callable[[View[P]], View[P]]:
    """Makes a function an edge: only `methods`, and every error becomes a closed code.

    While the disk is full, writes are refused but for deletions and those that need no room to
    speak of (`stores` False), such as an administrator's.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def edge(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                refusal = error_response(InvalidInput())
                refusal.status_code = 405
                refusal["Allow"] = ", ".join(methods)
                return refusal
            try:
                if stores and request.method not in ALWAYS_ALLOWED:
                    refuse_when_full()
                return view(request, *args, **kwargs)
            except AppError as error:
                return error_response(error)
            except (RedisError, DatabaseError) as error:
                log.exception("service_unavailable", path=request.path)
                return error_response(explain_failure(error))
            except Exception:
                log.exception("view_failed", path=request.path)
                return error_response(AppError(ErrorCode.INTERNAL_ERROR))

        return edge

    return decorate

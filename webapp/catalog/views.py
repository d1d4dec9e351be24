"""What a page asks first: who am I, which models are there, where is the artifact origin."""

from dataclasses import asdict

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import ensure_csrf_cookie

from engine.protocol import ErrorCode
from webapp.accounts.guests import set_guest_cookie
from webapp.accounts.models import User
from webapp.accounts.requests import find_user
from webapp.catalog.selectors import list_models
from webapp.core.api import api_view, json_response
from webapp.core.errors import AppError
from webapp.core.origins import artifact_origin
from webapp.core.storage import is_storage_full


@ensure_csrf_cookie
@api_view("GET")
def session(request: HttpRequest) -> HttpResponseBase:
    """The person, the models and the limits. Makes a guest of a stranger."""
    user = find_user(request)
    if user is None and not settings.ATELIER_GUESTS:
        raise AppError(ErrorCode.SIGN_IN_REQUIRED)
    models = list_models()
    person = user or User.objects.create_guest()
    response = json_response(
        {
            "user": {"id": str(person.pk), "name": person.name, "is_guest": person.is_guest},
            "models": [asdict(model) for model in models],
            "default_model": settings.ATELIER_MODEL_NAME,
            "artifact_origin": artifact_origin(request),
            "storage_full": is_storage_full(),
            "limits": {"message_characters": settings.MESSAGE_MAX_CHARACTERS},
        }
    )
    if person.is_guest:
        # Again at every visit, so that a guest who keeps coming is never forgotten.
        set_guest_cookie(request, response, person)
    return response

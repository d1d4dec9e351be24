"""The person behind a request."""

from django.http import HttpRequest

from engine.protocol import ErrorCode
from webapp.accounts.models import User
from webapp.core.errors import AppError


def find_user(request: HttpRequest) -> User | None:
    """The person who asks, or None for a stranger."""
    user = request.user
    return User.objects.get(pk=user.pk) if user.is_authenticated else None


def require_user(request: HttpRequest) -> User:
    """The person who asks. Raises AppError `sign_in_required` for a stranger."""
    user = find_user(request)
    if user is None:
        raise AppError(ErrorCode.SIGN_IN_REQUIRED)
    return user

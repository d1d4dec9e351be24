"""Guests: a real user row behind a signed cookie that only this server can write."""

from collections.abc import Mapping
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from webapp.accounts.models import User

GUEST_COOKIE = "atelier_guest"
GUEST_COOKIE_SECONDS = 365 * 24 * 3600
_SALT = "webapp.accounts.guests"


def sign_guest(user: User) -> str:
    """The cookie's value for this guest."""
    return signing.TimestampSigner(salt=_SALT).sign(str(user.pk))


def user_from_cookies(cookies: Mapping[str, str]) -> User | None:
    """The guest that the cookies name; a forged, expired or orphaned cookie names nobody."""
    value = cookies.get(GUEST_COOKIE)
    if not value:
        return None
    try:
        text = signing.TimestampSigner(salt=_SALT).unsign(value, max_age=GUEST_COOKIE_SECONDS)
        return User.objects.filter(pk=UUID(text), is_guest=True, is_active=True).first()
    except (signing.BadSignature, ValueError, ValidationError):
        return None


def set_guest_cookie(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Gives the browser the cookie of this guest, for a year."""
    response.set_cookie(
        GUEST_COOKIE,
        sign_guest(user),
        max_age=GUEST_COOKIE_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )

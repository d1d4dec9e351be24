"""Says who asks: the guest of the cookie. (Administrators sign in for `/admin` alone.)"""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from webapp.accounts.guests import user_from_cookies
from webapp.accounts.models import User


class GuestMiddleware:
    """Sets `request.user`, read from the database only when somebody looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answers the request with `request.user` in place."""

        def find_user() -> User | AnonymousUser:
            return user_from_cookies(request.COOKIES) or AnonymousUser()

        request.user = SimpleLazyObject(find_user)  # type: ignore[assignment]
        return self.get_response(request)

"""Sessions, sign-in and messages for `/admin` alone: everywhere else a person is a guest, and a
request passes here with three comparisons."""

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

ADMIN_PREFIX = "/admin"


class _AdminOnly(MiddlewareMixin):
    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ADMIN_PREFIX):
            return super().__call__(request)  # type: ignore[return-value]
        return self.get_response(request)  # type: ignore[return-value]


class AdminSessionMiddleware(_AdminOnly, SessionMiddleware):
    """The session; over TLS its cookie travels by TLS only."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Sets the cookie where something was stored."""
        answered = super().process_response(request, response)
        cookie = answered.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and request.is_secure():
            cookie["secure"] = True
        return answered


class AdminAuthenticationMiddleware(_AdminOnly, AuthenticationMiddleware):
    """`request.user` is who signed in, not the guest."""


class AdminMessageMiddleware(_AdminOnly, MessageMiddleware):
    """Messages from one page to the next."""

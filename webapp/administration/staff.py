"""Who is an administrator: the one check for HTTP and for sockets.

Reads the session cookie itself, so that requests outside of `/admin` need no session machinery.
"""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from webapp.accounts.models import User
from webapp.core.errors import NotFound

LONGEST_SESSION_KEY = 40


def staff_from_cookies(cookies: Mapping[str, str]) -> User | None:
    """The administrator who is signed in; a forged or ended session, one of before a change of
    the password, and a person who is no administrator (any more) are nobody."""
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum() and len(key) <= LONGEST_SESSION_KEY):
        return None
    session = SessionStore(key)
    person = session.get(SESSION_KEY)
    if person is None:
        return None
    user = User.objects.filter(pk=person, is_staff=True, is_active=True, is_guest=False).first()
    if user is None:
        return None
    known = session.get(HASH_SESSION_KEY, "")
    return user if constant_time_compare(known, user.get_session_auth_hash()) else None


def require_staff(request: HttpRequest) -> User:
    """The administrator who asks. Others are told what strangers are told: raises NotFound."""
    user = staff_from_cookies(request.COOKIES)
    if user is None:
        raise NotFound
    return user

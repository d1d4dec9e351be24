"""Guests: a row behind a cookie that only this server can write."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from tests.factories import guest_cookies, make_guest
from webapp.accounts.guests import GUEST_COOKIE, set_guest_cookie, sign_guest, user_from_cookies
from webapp.accounts.middleware import GuestMiddleware
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_cookie_names_its_guest() -> None:
    alice = make_guest()
    assert user_from_cookies(guest_cookies(alice)) == alice


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "\0", "é" * 5000])
def test_a_made_up_cookie_names_nobody(value: str) -> None:
    assert user_from_cookies({GUEST_COOKIE: value}) is None


def test_a_forged_cookie_names_nobody() -> None:
    alice, bob = make_guest("Alice"), make_guest("Bob")
    signature = sign_guest(alice).split(":", 1)[1]
    assert user_from_cookies({GUEST_COOKIE: f"{bob.pk}:{signature}"}) is None


def test_a_cookie_signed_for_another_purpose_names_nobody() -> None:
    value = signing.TimestampSigner(salt="other").sign(str(make_guest().pk))
    assert user_from_cookies({GUEST_COOKIE: value}) is None


def test_an_expired_cookie_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = guest_cookies(make_guest())
    now = signing.time.time()  # type: ignore[attr-defined]
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 366 * 24 * 3600)
    assert user_from_cookies(cookies) is None


def test_a_cookie_names_neither_accounts_nor_removed_or_closed_guests() -> None:
    gone, closed = make_guest(), make_guest()
    account = User.objects.create_user("a@example.org", "secret")
    cookies = [guest_cookies(user) for user in (gone, closed, account)]
    gone.delete()
    closed.is_active = False
    closed.save()
    assert [user_from_cookies(cookie) for cookie in cookies] == [None, None, None]


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites() -> None:
    response = HttpResponse()
    set_guest_cookie(RequestFactory().get("/", secure=True), response, make_guest())
    cookie = response.cookies[GUEST_COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600


def test_the_middleware_says_who_asks() -> None:
    alice = make_guest()
    seen: list[object] = []

    def view(request: object) -> HttpResponse:
        seen.append(request.user.pk)  # type: ignore[attr-defined]
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES = guest_cookies(alice)
    GuestMiddleware(view)(request)
    GuestMiddleware(view)(RequestFactory().get("/"))
    assert seen == [alice.pk, AnonymousUser().pk]

"""Signing in: by address and password, five times wrong in a quarter of an hour and no more."""

from typing import Any

import pytest
from django.test import Client
from redis import Redis

from tests.factories import guest_cookies, make_guest
from webapp.accounts.models import User
from webapp.administration.sign_in_limit import ATTEMPTS, WINDOW_SECONDS, SignInLimit
from webapp.administration.staff import staff_from_cookies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis")]
PASSWORD = "a long password"


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root@example.org", PASSWORD)


def try_password(
    password: str, email: str = "root@example.org", address: str = "10.0.0.1", **headers: Any
) -> tuple[Client, str]:
    client = Client(REMOTE_ADDR=address)
    answer = client.post(
        "/admin/login/", {"username": email, "password": password}, headers=headers
    )
    return client, "" if answer.status_code == 302 else answer.content.decode()


def is_in(client: Client) -> bool:
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return staff_from_cookies(cookies) is not None


@pytest.mark.parametrize("email", ["root@example.org", " Root@EXAMPLE.org "])
def test_an_administrator_comes_in_whatever_the_case_of_the_address(root: User, email: str) -> None:
    client, told = try_password(PASSWORD, email)
    assert told == ""
    assert is_in(client)
    assert client.get("/admin/").status_code == 200
    cookie = client.cookies["atelier_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600


def test_after_five_failures_the_right_password_is_refused_too(root: User, redis: Redis) -> None:
    for _ in range(ATTEMPTS):
        assert "correct email and password" in try_password("wrong")[1]
    client, told = try_password(PASSWORD)
    assert "Too many failed attempts; try again in 15 minutes." in told
    assert not is_in(client)
    # Another address is counted by itself, so nobody is locked out of their own place.
    assert is_in(try_password(PASSWORD, address="10.0.0.2")[0])
    for key in redis.scan_iter("sign-in:*"):
        assert 0 < redis.ttl(key) <= WINDOW_SECONDS
        assert "root" not in key
        redis.delete(key)
    assert is_in(try_password(PASSWORD)[0])


def test_a_header_makes_no_other_address(root: User) -> None:
    for count in range(ATTEMPTS + 1):
        told = try_password("wrong", **{"X-Forwarded-For": f"10.9.9.{count}"})[1]
    assert "Too many failed attempts" in told


def test_a_success_begins_the_count_anew(root: User) -> None:
    for _ in range(3):
        for _ in range(ATTEMPTS - 1):
            try_password("wrong")
        assert is_in(try_password(PASSWORD)[0])


def test_the_wait_does_not_grow_by_trying(redis: Redis) -> None:
    limit = SignInLimit(redis)
    for _ in range(ATTEMPTS):
        assert limit.take_attempt("a@example.org", "x") == 0
    key = next(redis.scan_iter("sign-in:*"))
    redis.expire(key, 60)
    assert limit.take_attempt("a@example.org", "x") == 60
    assert redis.ttl(key) <= 60


@pytest.mark.parametrize("email", ["", "nobody@example.org", "x" * 100_000, "a\0b@example.org"])
def test_what_is_no_account_is_told_like_a_wrong_password(root: User, email: str) -> None:
    client, told = try_password(PASSWORD, email)
    assert "errornote" in told
    assert not is_in(client)


def test_people_who_are_no_administrators_stay_out() -> None:
    User.objects.create_user("alice@example.org", PASSWORD)
    User.objects.create_superuser("gone@example.org", PASSWORD, is_active=False)
    for email in ("alice@example.org", "gone@example.org"):
        assert not is_in(try_password(PASSWORD, email)[0])


def test_a_session_ends_with_the_password_the_right_or_the_signing_out(root: User) -> None:
    def sign_in() -> Client:
        client, _ = try_password(PASSWORD)
        assert is_in(client)
        return client

    first = sign_in()
    root.set_password("another long one")
    root.save()
    assert not is_in(first)
    root.set_password(PASSWORD)
    root.save()
    second = sign_in()
    User.objects.update(is_staff=False)
    assert not is_in(second)
    User.objects.update(is_staff=True)
    cookies = dict(second.cookies)
    second.post("/admin/logout/")
    second.cookies.update(cookies)
    assert not is_in(second)


@pytest.mark.parametrize("key", ["", "x" * 32, "é" * 32, "a" * 100_000, "a\0" * 16, "../../x"])
def test_a_made_up_session_is_nobody(root: User, key: str) -> None:
    assert staff_from_cookies({"atelier_session": key}) is None


def test_a_guest_who_was_made_staff_by_mistake_is_no_administrator() -> None:
    guest = make_guest()
    guest.is_staff = True
    guest.save()
    client = Client()
    client.force_login(guest)
    assert not is_in(client)


def test_who_signs_in_stays_the_guest_of_the_chat(root: User) -> None:
    alice = make_guest()
    client, _ = try_password(PASSWORD)
    client.cookies.load(guest_cookies(alice))
    session = client.get("/api/session")
    assert session.json()["user"]["id"] == str(alice.pk)
    assert "atelier_session" not in session.cookies
    assert is_in(client)


def test_over_tls_the_session_travels_by_tls_only(root: User) -> None:
    client = Client()
    form = {"username": root.email, "password": PASSWORD}
    client.post("/admin/login/", form, secure=True)
    assert client.cookies["atelier_session"]["secure"]


def test_a_form_without_its_token_is_refused(root: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/admin/login/", {"username": root.email, "password": PASSWORD})
    assert answer.status_code == 403

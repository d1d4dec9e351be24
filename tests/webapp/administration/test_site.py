"""The administration: who sees it, under which policy, and that all that is written is kept."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import guest_cookies, make_administrator, make_guest, sign_in
from webapp.accounts.models import Quota, User
from webapp.administration.audited import AuditedAdmin
from webapp.administration.models import AuditEntry
from webapp.core.environment import PROJECT_ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis")]
PAGES = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/accounts/quota/",
    "/admin/accounts/quota/add/",
    "/admin/administration/auditentry/",
    "/admin/publications/publication/",
    "/admin/models/",
]


def newest_deed() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry


@pytest.mark.parametrize("path", [*PAGES, "/admin/workers/"])
def test_a_stranger_and_a_guest_are_asked_to_sign_in(path: str) -> None:
    guest = Client()
    guest.cookies.load(guest_cookies(make_guest()))
    account = sign_in(User.objects.create_user("alice@example.org"))
    for client in (Client(), guest, account):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/?next=")


@pytest.mark.parametrize("path", [*PAGES, "/admin/login/"])
def test_every_page_is_under_a_policy_without_inline_code(path: str) -> None:
    client = Client() if path.endswith("login/") else sign_in(make_administrator())
    answer = client.get(path)
    assert answer.status_code == 200
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    text = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
    assert not re.search(r"\s(on\w+|style)=[\"']", text)


def test_the_chat_keeps_its_policy() -> None:
    assert "require-trusted-types-for" in Client().get("/healthz")["Content-Security-Policy"]


def test_the_index_names_the_pages_of_our_own() -> None:
    text = sign_in(make_administrator()).get("/admin/").content.decode()
    for path in ("/admin/workers/", "/admin/models/", "/admin/publications/publication/"):
        assert f'href="{path}"' in text


def test_every_page_has_the_icon_of_the_app() -> None:
    assert (
        'href="/static/administration/icon.svg"' in Client().get("/admin/login/").content.decode()
    )
    ours = finders.find("administration/icon.svg")
    assert ours is not None
    of_the_app = PROJECT_ROOT / "frontend" / "src" / "styles" / "icon.svg"
    assert Path(ours).read_bytes() == of_the_app.read_bytes()


def test_every_page_of_rows_is_audited() -> None:
    for model, page in admin.site._registry.items():
        assert isinstance(page, AuditedAdmin), model


def test_a_new_person_is_written_down_without_the_password() -> None:
    root = make_administrator()
    form = {
        "email": "Bob@Example.org",
        "name": "Bob",
        "password1": "not for the log",
        "password2": "not for the log",
    }
    answer = sign_in(root).post("/admin/accounts/user/add/", form)
    assert answer.status_code == 302
    bob = User.objects.get(email="bob@example.org")
    assert bob.check_password("not for the log")
    entry = newest_deed()
    assert (entry.who, entry.action, entry.target) == (root, "add user", f"user {bob}")
    assert "email = bob@example.org" in entry.value
    assert "not for the log" not in entry.value


def test_a_change_is_written_down_with_what_it_became() -> None:
    bob = User.objects.create_user("bob@example.org")
    form = {"email": "bob@example.org", "name": "Robert", "is_active": ""}
    answer = sign_in(make_administrator()).post(f"/admin/accounts/user/{bob.pk}/change/", form)
    assert answer.status_code == 302
    bob.refresh_from_db()
    assert (bob.name, bob.is_active) == ("Robert", False)
    assert newest_deed().value == "name = Robert; is_active = False"


def test_a_password_set_by_an_administrator_is_only_named() -> None:
    bob = User.objects.create_user("bob@example.org", "the first one")
    form = {"password1": "the second one", "password2": "the second one", "usable_password": "true"}
    path = f"/admin/accounts/user/{bob.pk}/password/"
    assert sign_in(make_administrator()).post(path, form).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password("the second one")
    assert newest_deed().value == "password"


def test_quotas_are_made_changed_and_deleted_with_a_trace() -> None:
    client = sign_in(make_administrator())
    form = {"user": "", "turns_per_hour": "20", "tokens_per_day": ""}
    assert client.post("/admin/accounts/quota/add/", form).status_code == 302
    quota = Quota.objects.get()
    again = client.post("/admin/accounts/quota/add/", form)
    assert b"There is a quota for this already" in again.content
    client.post(f"/admin/accounts/quota/{quota.pk}/change/", form | {"turns_per_hour": "30"})
    client.post(f"/admin/accounts/quota/{quota.pk}/delete/", {"post": "yes"})
    assert not Quota.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", "value")
    assert list(actions) == [
        ("add quota", "turns_per_hour = 20"),
        ("change quota", "turns_per_hour = 30"),
        ("delete quota", ""),
    ]


def test_guests_are_shown_when_they_are_asked_for() -> None:
    guest = make_guest("Visitor")
    client = sign_in(make_administrator())
    path = "/admin/accounts/user/"
    assert str(guest.pk) not in client.get(path).content.decode()
    for kind in ("guests", "all"):
        assert str(guest.pk) in client.get(path, {"kind": kind}).content.decode()


def test_nobody_is_deleted_and_no_entry_of_the_log_is_changed() -> None:
    root = make_administrator()
    client = sign_in(root)
    bob = User.objects.create_user("bob@example.org")
    entry = AuditEntry.objects.create(who_name="x", action="y", target="z")
    log = f"/admin/administration/auditentry/{entry.pk}"
    for path in (f"/admin/accounts/user/{bob.pk}/delete/", f"{log}/delete/", f"{log}/change/"):
        assert client.post(path, {"post": "yes", "who_name": "nobody"}).status_code == 403
    assert client.get("/admin/administration/auditentry/add/").status_code == 403
    selected = {"action": "delete_selected", "_selected_action": str(bob.pk), "post": "yes"}
    client.post("/admin/accounts/user/", selected)
    entry.refresh_from_db()
    assert entry.who_name == "x"
    assert User.objects.filter(pk=bob.pk).exists()


def test_staff_without_rights_makes_itself_no_superuser() -> None:
    root = make_administrator()
    helper = User.objects.create_user("helper@example.org", is_staff=True)
    client = sign_in(helper)
    assert client.get("/admin/").status_code == 200
    path = "/admin/accounts/user/"
    assert client.get(path).status_code == 403
    helper.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    form = {"email": helper.email, "name": "H", "is_active": "on", "is_superuser": "on"}
    assert client.post(f"{path}{helper.pk}/change/", form).status_code == 302
    helper.refresh_from_db()
    assert (helper.name, helper.is_superuser) == ("H", False)
    new = {"password1": "taken over now", "password2": "taken over now"}
    assert client.post(f"{path}{root.pk}/password/", new).status_code == 403
    assert client.post(f"{path}{root.pk}/change/", form).status_code == 403


def test_a_guest_gets_no_rights() -> None:
    guest = make_guest()
    form = {"email": "", "name": "Visitor", "is_active": "on", "is_staff": "on"}
    path = f"/admin/accounts/user/{guest.pk}/change/"
    assert sign_in(make_administrator()).post(path, form).status_code == 302
    guest.refresh_from_db()
    assert (guest.name, guest.email, guest.is_staff) == ("Visitor", None, False)


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
def test_the_pages_have_the_fonts_of_the_app(path: str, settings: Any, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path
    client = Client() if path.endswith("login/") else sign_in(make_administrator())
    assert "fonts" not in client.get(path).content.decode()
    (tmp_path / ".vite").mkdir()
    built = {"src/styles/fonts.css": {"file": "assets/fonts-1a2b.css", "isEntry": True}}
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(built))
    text = client.get(path).content.decode()
    ours = text.index("/static/administration/admin.css")
    assert 0 < text.index('<link rel="stylesheet" href="/static/assets/fonts-1a2b.css">') < ours

"""Takedown in the administration: with a reason, written down, and taken back."""

from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_administrator, sign_in
from tests.webapp.publications.conftest import owner_of, publish, store
from webapp.administration.models import AuditEntry
from webapp.conversations.models import Conversation
from webapp.publications import services
from webapp.publications.models import Publication

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis")]
LIST = "/admin/publications/publication/"


def act(client: Client, action: str, slug: str, **fields: str) -> str:
    form = {"action": action, "_selected_action": slug, **fields}
    return client.post(LIST, form, follow=True).content.decode()


def is_visible(home: Path, slug: str) -> bool:
    return (home / "published" / slug).exists()


def test_what_is_published_is_shown_with_a_link_to_look_at() -> None:
    slug = publish(store())["slug"]
    client = sign_in(make_administrator())
    assert slug in client.get(LIST).content.decode()
    page = client.get(f"{LIST}{slug}/change/").content.decode()
    assert f'href="http://testserver:8001/p/{slug}"' in page


def test_a_takedown_asks_why_is_written_down_and_can_be_taken_back(home: Path) -> None:
    version = store()
    slug = publish(version)["slug"]
    root = make_administrator()
    client = sign_in(root)
    asked = act(client, "take_down", slug)
    assert 'name="reason"' in asked
    assert is_visible(home, slug)
    assert "This field is required" in act(client, "take_down", slug, confirmed="1", reason=" ")
    assert is_visible(home, slug)
    act(client, "take_down", slug, confirmed="1", reason="Spam & worse")
    assert not is_visible(home, slug)
    assert Publication.objects.get().reason == "Spam & worse"
    assert "Put back: 1 of 1" in act(client, "put_back", slug, confirmed="1", reason="My mistake")
    assert is_visible(home, slug)
    assert services.publish_version(
        owner=owner_of(version),
        artifact=version.artifact_id,
        number=1,
        visibility=Publication.objects.get().visibility,  # type: ignore[arg-type]
        app_origin="http://testserver",
    )
    deeds = AuditEntry.objects.order_by("pk").values_list("who", "action", "target", "reason")
    assert list(deeds) == [
        (root.pk, "take_down", f"publication {slug}", "Spam & worse"),
        (root.pk, "put_back", f"publication {slug}", "My mistake"),
    ]


def test_what_was_not_taken_down_or_lost_its_chat_is_not_put_back(home: Path) -> None:
    slug = publish(store())["slug"]
    client = sign_in(make_administrator())
    assert "0 of 1" in act(client, "put_back", slug, confirmed="1", reason="x")
    act(client, "take_down", slug, confirmed="1", reason="x")
    Conversation.objects.update(deleted_at="2026-01-01T00:00:00Z")
    told = act(client, "put_back", slug, confirmed="1", reason="x")
    assert "The chat that it came from is deleted." in told
    assert not is_visible(home, slug)


def test_an_administrator_without_the_right_cannot_act(home: Path) -> None:
    slug = publish(store())["slug"]
    helper = make_administrator()
    helper.is_superuser = False
    helper.save()
    act(sign_in(helper), "take_down", slug, confirmed="1", reason="x")
    assert is_visible(home, slug)
    assert not AuditEntry.objects.exists()

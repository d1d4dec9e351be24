"""Publishing over HTTP: who may do what, and that a link is dead when it should be."""

from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories import make_administrator, make_guest, sign_in
from tests.webapp.publications.conftest import browser, owner_of, publish, store, store_deck
from webapp.accounts.models import User
from webapp.artifacts.models import Artifact, ArtifactVersion
from webapp.artifacts.services import store_version
from webapp.conversations.models import Conversation
from webapp.core.events import ArtifactKind
from webapp.publications import services
from webapp.publications.models import Publication

pytestmark = pytest.mark.django_db


def files_of(home: Path, slug: str) -> list[str]:
    folder = home / "published" / slug
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def newer(version: ArtifactVersion) -> ArtifactVersion:
    return store_version(
        message_id=version.message_id,
        call="2.0",
        identifier="it",
        kind=ArtifactKind.HTML,
        title="It",
        content="<p>newer",
    )


def test_a_published_version_gets_a_link_that_nobody_guesses(home: Path) -> None:
    version = store(content="<p>Hello")
    answer = publish(version)
    assert answer["url"] == f"http://testserver:8001/p/{answer['slug']}"
    assert len(answer["slug"]) == 32
    assert (answer["visibility"], answer["version"], answer["title"]) == ("link", 1, "It")
    assert files_of(home, answer["slug"]) == ["1.txt", "publication.json"]
    assert (home / "published" / answer["slug"] / "1.txt").read_text() == "<p>Hello"
    again = browser(owner_of(version)).get(f"/api/artifacts/{version.artifact_id}/publication")
    assert again.json() == {"publication": answer}


def test_an_artifact_is_private_until_it_is_published() -> None:
    version = store()
    answer = browser(owner_of(version)).get(f"/api/artifacts/{version.artifact_id}/publication")
    assert (answer.status_code, answer.json()) == (200, {"publication": None})


def test_publishing_a_newer_version_keeps_the_link(home: Path) -> None:
    version = store()
    first = publish(version)
    second = publish(newer(version), "public")
    assert second["slug"] == first["slug"]
    assert second["version"] == 2
    assert (home / "published" / first["slug"] / "1.txt").read_text() == "<p>newer"


def test_a_deck_is_published_page_by_page_without_its_notes(home: Path) -> None:
    slug = publish(store_deck("<h1>One</h1>", "<h1>Two</h1>"))["slug"]
    assert files_of(home, slug) == ["1.txt", "2.txt", "publication.json"]
    texts = [path.read_text() for path in (home / "published" / slug).iterdir()]
    assert not any("private note" in text for text in texts)


def test_an_empty_deck_is_refused_in_a_sentence() -> None:
    version = store_deck()
    answer = browser(owner_of(version)).post(
        f"/api/artifacts/{version.artifact_id}/versions/1/publication",
        {"visibility": "link"},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert "A deck without pages" in answer.json()["error"]["message"]
    assert Publication.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"visibility": "all"}, {"visibility": "link", "x": 1}])
def test_a_faulty_wish_is_refused(body: dict[str, object]) -> None:
    version = store()
    path = f"/api/artifacts/{version.artifact_id}/versions/1/publication"
    answer = browser(owner_of(version)).post(path, body, content_type="application/json")
    assert answer.status_code == 400


def test_unpublishing_ends_the_link_before_it_answers(home: Path) -> None:
    version = store()
    slug = publish(version, "public")["slug"]
    assert browser(owner_of(version)).delete(f"/api/publications/{slug}").status_code == 204
    assert files_of(home, slug) == []
    assert Client().get(f"/api/publications/{slug}").status_code == 404
    assert publish(version)["slug"] != slug


def test_only_public_ones_are_listed_the_newest_first() -> None:
    versions = [store(), store(), store()]
    slugs = [
        publish(one, how)["slug"]
        for one, how in zip(versions, ("public", "link", "public"), strict=True)
    ]
    listed = Client().get("/api/publications").json()["publications"]
    assert [one["slug"] for one in listed] == [slugs[2], slugs[0]]
    assert listed[0]["picture"] == f"/api/publications/{slugs[2]}/picture.webp"


def test_the_visibility_can_be_changed_and_is_told_to_search_engines(home: Path) -> None:
    version = store()
    slug = publish(version)["slug"]
    answer = browser(owner_of(version)).patch(
        f"/api/publications/{slug}", {"visibility": "public"}, content_type="application/json"
    )
    assert answer.json()["visibility"] == "public"
    facts = services.published_files().read_facts(slug)
    assert facts is not None
    assert facts.is_listed


def test_another_person_can_do_nothing_but_look() -> None:
    version = store()
    slug = publish(version)["slug"]
    bob = make_guest("Bob")
    User.objects.filter(pk=bob.pk).update(is_staff=True)  # no guest is an administrator
    other = browser(bob)
    path = f"/api/artifacts/{version.artifact_id}"
    body = {"visibility": "public"}
    refused = [
        other.post(f"{path}/versions/1/publication", body, content_type="application/json"),
        other.get(f"{path}/publication"),
        other.patch(f"/api/publications/{slug}", body, content_type="application/json"),
        other.delete(f"/api/publications/{slug}"),
        other.post(
            f"/api/publications/{slug}/takedown", {"reason": "x"}, content_type="application/json"
        ),
    ]
    assert [one.status_code for one in refused] == [404] * 5
    seen = other.get(f"/api/publications/{slug}").json()
    assert seen["title"] == "It"
    assert "owner" not in seen
    assert Publication.objects.get().visibility == "link"


def test_an_administrator_takes_down_for_good(home: Path) -> None:
    version = store()
    slug = publish(version, "public")["slug"]
    answer = sign_in(make_administrator()).post(
        f"/api/publications/{slug}/takedown", {"reason": "Spam"}, content_type="application/json"
    )
    assert answer.status_code == 204
    assert files_of(home, slug) == []
    assert Client().get("/api/publications").json() == {"publications": []}
    row = Publication.objects.get()
    assert (row.reason, row.taken_down_at is None) == ("Spam", False)
    again = browser(owner_of(version)).post(
        f"/api/artifacts/{version.artifact_id}/versions/1/publication",
        {"visibility": "link"},
        content_type="application/json",
    )
    assert again.status_code == 409
    assert "administrator" in again.json()["error"]["message"]


def test_the_command_takes_down_by_address_and_says_when_there_is_nothing(home: Path) -> None:
    answer = publish(store())
    output = StringIO()
    call_command("unpublish", answer["url"], reason="Spam", stdout=output)
    assert output.getvalue() == f"{answer['slug']} is taken down.\n"
    assert files_of(home, answer["slug"]) == []
    with pytest.raises(CommandError, match="Nothing is published as none"):
        call_command("unpublish", "none", reason="Spam")


def test_deleting_the_chat_ends_the_link(home: Path) -> None:
    version = store()
    slug = publish(version)["slug"]
    conversation = version.artifact.conversation_id
    answer = browser(owner_of(version)).delete(f"/api/conversations/{conversation}")
    assert answer.status_code == 204
    assert files_of(home, slug) == []


def test_files_without_a_publication_are_cleared_away(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, lost = publish(store())["slug"], publish(store())["slug"]
    Publication.objects.get(slug=lost).delete()
    assert services.remove_stale_files() == 0
    monkeypatch.setattr(services, "STALE_AFTER_SECONDS", -1)
    assert services.remove_stale_files() == 1
    assert files_of(home, kept)
    assert files_of(home, lost) == []


def test_a_remix_is_a_new_chat_of_the_reader_with_a_copy() -> None:
    version = store_deck("<h1>One</h1>", "<h1>Two</h1>")
    answer = publish(version)
    reader = make_guest("Bob")
    made = browser(reader).post(f"/api/publications/{answer['slug']}/remix")
    assert made.status_code == 201
    conversation = Conversation.objects.get(pk=UUID(made.json()["conversation"]))
    assert conversation.owner == reader
    body = browser(reader).get(f"/api/conversations/{conversation.pk}").json()
    question, reply = body["messages"]
    assert question["parts"][0]["text"] == f"Remix “It” from {answer['url']}"
    assert [part["kind"] for part in reply["parts"]] == ["artifact", "text"]
    copy = Artifact.objects.get(conversation=conversation).versions.get()
    assert [page.blob.text for page in copy.pages.all()] == ["<h1>One</h1>", "<h1>Two</h1>"]
    assert {page.notes for page in copy.pages.all()} == {""}
    assert owner_of(version) != reader


def test_a_reader_can_go_on_with_a_remix() -> None:
    answer = publish(store(content="<p>Hello"))
    reader = make_guest("Bob")
    made = browser(reader).post(f"/api/publications/{answer['slug']}/remix").json()
    artifact = Artifact.objects.get(conversation_id=made["conversation"])
    path = f"/api/artifacts/{artifact.pk}/versions/1"
    assert browser(reader).get(path).json()["content"] == "<p>Hello"


def test_what_is_gone_cannot_be_remixed_and_a_stranger_signs_in_first() -> None:
    version = store()
    slug = publish(version)["slug"]
    assert Client().post(f"/api/publications/{slug}/remix").status_code == 401
    browser(owner_of(version)).delete(f"/api/publications/{slug}")
    assert browser(make_guest()).post(f"/api/publications/{slug}/remix").status_code == 404

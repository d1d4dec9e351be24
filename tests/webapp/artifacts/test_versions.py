"""Versions: numbered, stored once, sized, and named so that nothing misreads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_conversation, make_exchange, make_guest
from webapp.artifacts.contents import MAX_CONTENT_BYTES, prepare_content
from webapp.artifacts.identifiers import file_name, normalize_identifier, normalize_title
from webapp.artifacts.models import ArtifactVersion, Blob
from webapp.artifacts.selectors import get_version, list_artifacts, list_identifiers
from webapp.artifacts.services import purge_orphaned_blobs, store_version
from webapp.artifacts.version_documents import content_of
from webapp.conversations.models import Message
from webapp.core.errors import InvalidInput, NotFound
from webapp.core.events import ArtifactKind


def message(owner_name: str = "Alice") -> Message:
    return make_exchange(make_conversation(make_guest(owner_name)), "Make it", [])


def store(
    place: Message, call: str, content: str, identifier: str = "game", title: str = "Game"
) -> ArtifactVersion:
    return store_version(
        message_id=place.pk,
        call=call,
        identifier=identifier,
        kind=ArtifactKind.HTML,
        title=title,
        content=content,
    )


@pytest.mark.django_db
def test_the_same_identifier_again_is_a_new_version_of_the_same_thing() -> None:
    place = message()
    first, second = store(place, "1.0", "a"), store(place, "2.0", "b", title="Better game")
    assert (first.number, second.number) == (1, 2)
    assert first.artifact_id == second.artifact_id
    artifact = list_artifacts(conversation=place.conversation).get()
    assert artifact.title == "Better game"
    assert [version.number for version in artifact.versions.all()] == [1, 2]
    assert list_identifiers(conversation_id=place.conversation_id) == {str(artifact.pk): "game"}


@pytest.mark.django_db
def test_the_same_identifier_elsewhere_is_another_thing() -> None:
    assert store(message(), "1.0", "a").artifact_id != store(message(), "1.0", "a").artifact_id
    assert Blob.objects.count() == 1


@pytest.mark.django_db
def test_running_a_call_again_makes_no_second_version() -> None:
    place = message()
    first, again = store(place, "1.0", "a"), store(place, "1.0", "b")
    assert (first.pk, again.number) == (again.pk, 1)
    assert content_of(ArtifactVersion.objects.get()) == "b"
    store(place, "1.0", "c", identifier="other")
    assert ArtifactVersion.objects.get().artifact.identifier == "other"


@pytest.mark.parametrize(
    "text",
    ["", " \n", "é" * (MAX_CONTENT_BYTES // 2 + 1), "a\0b", "\ud800", "[flappy-bird version 3]"],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        prepare_content(ArtifactKind.HTML, text)
    assert refused.value.message.endswith(".")


def test_what_is_just_small_enough_is_kept() -> None:
    text = "x" * MAX_CONTENT_BYTES
    assert prepare_content(ArtifactKind.HTML, text).text == text


@pytest.mark.django_db
def test_a_version_is_not_found_for_another_person() -> None:
    place = message()
    version = store(place, "1.0", "a")
    owner = place.conversation.owner
    found = get_version(owner=owner, artifact=version.artifact_id, number=1)
    assert content_of(found) == "a"
    with pytest.raises(NotFound):
        get_version(owner=make_guest("Bob"), artifact=version.artifact_id, number=1)


@pytest.mark.django_db
def test_texts_go_with_the_last_version_that_needs_them() -> None:
    hers, his = message("Alice"), message("Bob")
    store(hers, "1.0", "same")
    store(hers, "2.0", "hers")
    store(his, "1.0", "same")
    hers.conversation.delete()
    assert purge_orphaned_blobs() == 1
    assert Blob.objects.get().text == "same"


@given(text=st.text(max_size=200))
def test_an_identifier_is_safe_kebab_case_and_stays_itself(text: str) -> None:
    identifier = normalize_identifier(text)
    assert set(identifier) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(identifier) <= 64
    assert not identifier.startswith("-")
    assert normalize_identifier(identifier) == identifier
    assert 0 < len(normalize_title(text, "game")) <= 200


@given(title=st.text(max_size=200))
def test_a_file_name_holds_no_path_and_no_surprise(title: str) -> None:
    name = file_name(title, "game", ArtifactKind.SVG)
    stem, _, extension = name.rpartition(".")
    assert extension == "svg"
    assert stem
    assert stem.replace("-", "").isalnum()

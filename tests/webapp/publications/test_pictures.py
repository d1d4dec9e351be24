"""The picture that a reader sees before a remix."""

import io

import pytest
from django.test import Client
from PIL import Image

from tests.webapp.publications.conftest import browser, owner_of, publish, store_deck
from webapp.rendering.thumbnails import store_thumbnail
from webapp.rendering.version_jobs import list_jobs

pytestmark = pytest.mark.django_db


def screenshot(color: str) -> bytes:
    """A slide in one color, as PNG."""
    buffer = io.BytesIO()
    Image.new("RGB", (1280, 720), color).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_reader_sees_the_first_page_of_a_published_deck_until_it_is_unpublished() -> None:
    version = store_deck("<h1>One</h1>", "<h1>Two</h1>")
    for job, color in zip(list_jobs(version), ("red", "blue"), strict=True):
        store_thumbnail(job, screenshot(color))
    slug = publish(version)["slug"]
    reader = Client()

    path = reader.get(f"/api/publications/{slug}").json()["picture"]
    answer = reader.get(path)

    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    red, blue = picture.tobytes()[0], picture.tobytes()[2]
    assert red > 200
    assert blue < 60
    browser(owner_of(version)).delete(f"/api/publications/{slug}")
    assert reader.get(path).status_code == 404


def test_what_was_never_looked_at_has_no_picture() -> None:
    slug = publish(store_deck("<h1>One</h1>"))["slug"]

    assert Client().get(f"/api/publications/{slug}").json()["picture"] is None
    assert Client().get(f"/api/publications/{slug}/picture.webp").status_code == 404

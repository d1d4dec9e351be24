"""Pictures go with the text that they show."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.webapp.publications.conftest import store_deck
from webapp.artifacts.services import purge_orphaned_blobs
from webapp.rendering import thumbnails
from webapp.rendering.version_jobs import list_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.ATELIER_HOME = tmp_path
    return tmp_path


def screenshot() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (1280, 720), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_stays_as_long_as_its_text_and_no_longer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "BATCH", 1)
    gone, kept = store_deck("<h1>One</h1>"), store_deck("<h1>Two</h1>", "<h1>Three</h1>")
    for version in (gone, kept):
        for job in list_jobs(version):
            thumbnails.store_thumbnail(job, screenshot())
    lost = list_jobs(gone)[0]
    gone.artifact.conversation.delete()
    assert thumbnails.purge_thumbnails() == 0, "its text is still stored"
    purge_orphaned_blobs()

    assert thumbnails.purge_thumbnails() == 1

    assert thumbnails.read_thumbnail(lost) is None
    assert all(thumbnails.read_thumbnail(job) for job in list_jobs(kept))
    assert len(list(home.rglob("*.webp"))) == 2


def test_an_installation_without_pictures_has_none_to_purge() -> None:
    assert thumbnails.purge_thumbnails() == 0

"""A real render worker, as a process: it looks at stored versions and keeps their pictures."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from redis import Redis

from tests.database import database_url
from tests.factories import guest_cookies, make_conversation, make_exchange, make_guest
from tests.webapp.publications.conftest import store_deck
from webapp.accounts.models import User
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.selectors import find_check
from webapp.artifacts.services import store_version
from webapp.core.environment import PROJECT_ROOT
from webapp.core.events import ArtifactKind, CheckState
from webapp.rendering.client import check_version
from webapp.rendering.names import RENDER_QUEUE
from webapp.rendering.worker.status import read_status

pytestmark = pytest.mark.browser
COMMAND = ("-m", "celery", "-A", "webapp.config.render_celery", "worker")
OPTIONS = ("-P", "threads", "-c", "4", "-Q", RENDER_QUEUE, "-n", "render@test")
PATIENCE_SECONDS = 60.0
BROKEN = "<!doctype html><body style='background:#fff'><h1>Hi</h1><script>nothing()</script></body>"


@contextmanager
def render_worker(redis: Redis) -> Iterator[subprocess.Popen[bytes]]:
    """The worker that `manage.py serve` starts, on the database and the Redis of the test."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
        "ATELIER_HOME": str(settings.ATELIER_HOME),
        "REDIS_URL": settings.REDIS_URL,
        "DATABASE_URL": database_url(),
    }
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "ERROR")
    process = subprocess.Popen(
        [sys.executable, *COMMAND, *OPTIONS, *quiet], cwd=PROJECT_ROOT, env=environment
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (status := read_status(redis)) is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert status is not None, "the render worker did not report"
        assert status.has_browser, status.text
        yield process
    finally:
        process.terminate()
        process.wait(30)


def store(owner: User, kind: ArtifactKind, content: str, call: str) -> ArtifactVersion:
    place = make_exchange(make_conversation(owner), "Make it", [])
    return store_version(
        message_id=place.pk, call=call, identifier="it", kind=kind, title="It", content=content
    )


def browser_of(user: User) -> Client:
    client = Client()
    client.cookies.load(guest_cookies(user))
    return client


def test_a_stored_version_is_looked_at_and_pictured(transactional_db: None, redis: Redis) -> None:
    alice, bob = make_guest("Alice"), make_guest("Bob")
    version = store(alice, ArtifactKind.HTML, BROKEN, "1.0")
    blob = version.blob
    assert blob is not None
    picture = f"/api/artifacts/{version.artifact_id}/thumbnails/{blob.sha256}.webp"
    assert browser_of(alice).get(picture).status_code == 404
    with render_worker(redis) as process:
        report = check_version(version.pk, timeout_seconds=PATIENCE_SECONDS)
        assert report is not None
        assert report.state is CheckState.FAILED
        assert [one.code for one in report.findings] == ["uncaught_error"]
        assert find_check(version_id=version.pk) == report

        answer = browser_of(alice).get(f"{picture}?version=1")
        assert answer["Content-Type"] == "image/webp"
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (480, 300)
        assert browser_of(bob).get(picture).status_code == 404
        assert browser_of(alice).get(f"{picture}?version=9").status_code == 404

        kill_browser(process)
        drawing = store(
            alice, ArtifactKind.SVG, "<svg viewBox='0 0 9 9'><circle r='4'/></svg>", "2"
        )
        report = check_version(drawing.pk, timeout_seconds=PATIENCE_SECONDS)
        assert report is not None
        assert report.state is CheckState.PASSED


def test_a_deck_is_told_of_pages_that_look_the_same(transactional_db: None, redis: Redis) -> None:
    words = ("Rain", "Snow", "Hail", "Fog")
    points = "".join(
        f"<li>{word}, in long showers from the north west until evening" for word in words
    )
    texts = [
        f"<body style='padding:64px;font-size:40px'><h1>Day {n}</h1><ul>{points}" for n in (1, 2, 3)
    ]
    version = store_deck(*texts)
    with render_worker(redis):
        for _ in ("looked at", "remembered"):
            report = check_version(version.pk, timeout_seconds=PATIENCE_SECONDS)
            assert report is not None
            assert (report.state, report.errors) == (CheckState.WARNED, 0)
            (finding,) = report.findings
            assert (finding.code, finding.page) == ("same_layout", "00000003")
            assert finding.message.startswith("Pages 1 to 3 have the same layout: 2 parts")


def kill_browser(worker: subprocess.Popen[bytes]) -> None:
    for process in psutil.Process(worker.pid).children(recursive=True):
        if any("--atelier-pool" in argument for argument in process.cmdline()):
            process.kill()
            return
    raise AssertionError("the render worker has no browser")

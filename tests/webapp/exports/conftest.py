"""The pool of the rendering tests, for exports too; rows to export, and a loop without browser."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import cast

import pytest
from redis import Redis

from tests.factories import make_conversation, make_exchange, make_guest
from tests.webapp.rendering.conftest import chromium, pool
from webapp.accounts.models import User
from webapp.artifacts.models import ArtifactVersion, Blob, DeckPage
from webapp.artifacts.services import store_version
from webapp.core.events import ArtifactKind
from webapp.exports.contents import ExportedFile
from webapp.rendering.browser.pool import RenderPool

__all__ = ["chromium", "pool"]


class LoopWithoutBrowser:
    """An asyncio loop in a thread, for exports that need no page."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.submitted: list[concurrent.futures.Future[ExportedFile]] = []

    def submit(
        self, work: Callable[[RenderPool], Awaitable[ExportedFile]]
    ) -> concurrent.futures.Future[ExportedFile]:
        async def run() -> ExportedFile:
            return await work(cast("RenderPool", None))

        self.submitted.append(asyncio.run_coroutine_threadsafe(run(), self.loop))
        return self.submitted[-1]

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture
def loop() -> Iterator[LoopWithoutBrowser]:
    running = LoopWithoutBrowser()
    yield running
    running.stop()


@pytest.fixture
def alice(transactional_db: None, redis: Redis) -> User:
    return make_guest("Alice")


@pytest.fixture
def bob(transactional_db: None, redis: Redis) -> User:
    return make_guest("Bob")


def make_version(
    owner: User, kind: ArtifactKind, content: str, title: str = "Spring fair"
) -> ArtifactVersion:
    """A version in a conversation of its own."""
    message = make_exchange(make_conversation(owner), "Make it", [])
    return store_version(
        message_id=message.pk,
        call="1.0",
        identifier="thing",
        kind=kind,
        title=title,
        content=content,
    )


def make_deck(owner: User, *contents: str) -> ArtifactVersion:
    """A deck with these pages."""
    version = make_version(owner, ArtifactKind.DECK, "")
    ArtifactVersion.objects.filter(pk=version.pk).update(blob=None)
    for position, content in enumerate(contents, start=1):
        blob, _ = Blob.objects.get_or_create(sha256=f"{position:064d}", defaults={"text": content})
        DeckPage.objects.create(
            version=version,
            position=position,
            page_id=f"{position:08x}",
            title=f"Page {position}",
            notes="Smile.",
            sources=["Survey, 2024"],
            blob=blob,
        )
    return ArtifactVersion.objects.get(pk=version.pk)

"""The socket of the workers' page: one frame a second, to administrators only.

It says nothing but frames and hears nothing: commands are HTTP, with a token against forgery.
"""

import asyncio
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from engine.protocol import ErrorCode
from webapp.administration.staff import staff_from_cookies
from webapp.core.errors import AppError
from webapp.realtime.background_tasks import end_tasks
from webapp.realtime.consumers import CLOSE_FORBIDDEN_ORIGIN, CLOSE_SIGN_IN
from webapp.realtime.origin_check import cookies_of, is_own_origin
from webapp.realtime.replies import error_frame
from webapp.workers.feed import WorkersFeed

CHECK_SECONDS = 5.0
log = structlog.get_logger(__name__)


class WorkersConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket. `feed` is shared by all sockets of the process. A socket that is slow misses
    frames: only the newest waits."""

    def __init__(self, *args: Any, feed: WorkersFeed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._feed = feed
        self._newest: str | None = None
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        """Accept administrators' own pages; others get one error frame and are closed."""
        await self.accept()
        if not is_own_origin(self.scope):
            await self._refuse(ErrorCode.FORBIDDEN_ORIGIN, CLOSE_FORBIDDEN_ORIGIN)
        elif not await self._is_staff():
            await self._refuse(ErrorCode.SIGN_IN_REQUIRED, CLOSE_SIGN_IN)
        else:
            self._tasks = [
                asyncio.create_task(self._send_all()),
                asyncio.create_task(self._check_again()),
            ]
            self._feed.watch(self._take)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 (Channels' signature)
        """Watch no more."""
        self._feed.unwatch(self._take)
        await end_tasks(self._tasks)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,
    ) -> None:
        """Nothing can be said here."""

    def _take(self, text: str) -> None:
        self._newest = text
        self._arrived.set()

    async def _send_all(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            if self._newest is not None:
                await self.send(text_data=self._newest)

    async def _check_again(self) -> None:
        """Who signed out, or is no administrator any more, sees no further frame."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if not await self._is_staff():
                self._feed.unwatch(self._take)
                await self._refuse(ErrorCode.SIGN_IN_REQUIRED, CLOSE_SIGN_IN)
                return

    async def _is_staff(self) -> bool:
        """A database that does not answer lets nobody in."""
        try:
            cookies = cookies_of(self.scope)
            return await database_sync_to_async(staff_from_cookies)(cookies) is not None
        except DatabaseError:
            log.exception("workers_socket_user_unknown")
            return False

    async def _refuse(self, code: ErrorCode, close_code: int) -> None:
        await self.send(text_data=error_frame(AppError(code)))
        await self.close(code=close_code)
